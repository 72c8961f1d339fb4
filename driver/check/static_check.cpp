#include "driver/check/static_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "driver/check/access_history.hpp"
#include "driver/check/command_reach.hpp"
#include "driver/check/token_order.hpp"

namespace napier::driver {
namespace {

using namespace check;
using spec::get;

class Checker {
public:
    Checker(std::span<const spec::CommandWords> commands, const spec::Machine& machine,
            const ProgramSurroundings& surroundings, size_t most)
        : commands_(commands), machine_(machine), surroundings_(surroundings), most_(most),
          order_(machine.queue_commands) {
        const std::vector<MemoryRange> everything{{0, int64_t{1} << 32}};
        for (const MemoryRange& range : surroundings.given.empty() ? everything : surroundings.given) {
            history_[int(Place::memory)].visit(range.begin, range.end,
                                               [](int64_t, int64_t, LastAccess& access) { access.written = true; });
        }
    }

    std::vector<std::string> run() {
        for (int i = 0; i < int(commands_.size()) && problems_.size() < most_; ++i) {
            const std::string illegal = illegal_field(commands_[i], machine_);
            if (!illegal.empty()) {  // its queue or reach is unknown: nothing after it can be judged
                report(fmt::format("{} {}.", name(i), illegal));
                return problems_;
            }
            for (const std::string& text : order_.enter(commands_[i])) report(fmt::format("{} {}.", name(i), text));
            check_tile(i);
            check_accesses(i);
        }
        if (tile_pixels_ > 0) report("The program ends with a tile that no EXEC finishes.");
        for (const std::string& text : order_.left_over()) report(text);
        return problems_;
    }

private:
    void report(const std::string& sentence) {
        if (problems_.size() < most_) problems_.push_back(sentence);
    }

    std::string name(int index) const {
        const spec::Command* command = spec::find_command(uint32_t(get(commands_[index], spec::common::opcode)));
        if (command == nullptr) return fmt::format("Command {}", index);
        std::string opcode = command->name;
        std::transform(opcode.begin(), opcode.end(), opcode.begin(), ::toupper);
        return fmt::format("Command {} ({})", index, opcode);
    }

    static std::string part(Place place, int64_t begin, int64_t end) {
        if (place == Place::memory) return fmt::format("bytes {:#x} to {:#x} of memory", begin, end - 1);
        return fmt::format("words {} to {} of the {} buffer", begin, end - 1, place_name(place));
    }

    void check_tile(int index) {
        const spec::CommandWords& words = commands_[index];
        if (queue_of(words) != 1) return;
        const int64_t pixels = get(words, spec::exec::out_w) * get(words, spec::exec::out_h);
        const bool start = get(words, spec::exec::start) != 0;
        if (start && tile_pixels_ > 0) {
            report(fmt::format("{} starts a tile while the one before is not finished.", name(index)));
        } else if (!start && tile_pixels_ == 0) {
            report(fmt::format("{} adds to a tile that no EXEC has started.", name(index)));
        } else if (!start && pixels > tile_pixels_) {
            report(fmt::format("{} adds to {} pixels of a tile that was started with {}.", name(index), pixels,
                               tile_pixels_));
        }
        if (start || tile_pixels_ == 0) tile_pixels_ = pixels;
        if (get(words, spec::exec::finish) != 0) tile_pixels_ = 0;
    }

    void check_accesses(int index) {
        for (const Reach& reach : reach_of(commands_[index], machine_)) {
            if (reach.end > place_size(machine_, reach.place)) {
                report(fmt::format("{} reaches word {} of the {} buffer, which has {} words.", name(index),
                                   reach.end - 1, place_name(reach.place), place_size(machine_, reach.place)));
                continue;
            }
            if (reach.place == Place::memory) check_window(index, reach);
            history_[int(reach.place)].visit(reach.begin, reach.end, [&](int64_t begin, int64_t end, LastAccess& last) {
                if (reach.write) visit_write(index, reach.place, begin, end, last);
                else visit_read(index, reach.place, begin, end, last);
            });
        }
    }

    void check_window(int index, const Reach& reach) {
        const MemoryRange& window = reach.write ? surroundings_.writable : surroundings_.readable;
        if (window.begin <= reach.begin && reach.end <= window.end) return;
        report(fmt::format("{} {} {}, outside the window {:#x} to {:#x}.", name(index),
                           reach.write ? "writes" : "reads", part(reach.place, reach.begin, reach.end), window.begin,
                           window.end - 1));
    }

    // A command of another queue among `others` that may not have ended when this one starts; -1: none.
    int unordered(int index, const std::array<int, queue_count>& others) const {
        for (int queue = 0; queue < queue_count; ++queue) {
            const int other = others[queue];
            if (queue != queue_of(commands_[index]) && other >= 0 && !order_.ended_before(other)) return other;
        }
        return -1;
    }

    void report_hazard(int index, const char* does, Place place, int64_t begin, int64_t end, int other,
                       const char* did) {
        report(fmt::format("{} {} {} that {} {}, and no token makes it wait for that.", name(index), does,
                           part(place, begin, end), name(other), did));
    }

    void visit_read(int index, Place place, int64_t begin, int64_t end, LastAccess& last) {
        if (!last.written) {
            report(fmt::format("{} reads {} before anything was written there.", name(index),
                               part(place, begin, end)));
        }
        const int other = unordered(index, last.writer);
        if (other >= 0) report_hazard(index, "reads", place, begin, end, other, "writes");
        last.reader[queue_of(commands_[index])] = index;
    }

    void visit_write(int index, Place place, int64_t begin, int64_t end, LastAccess& last) {
        const int writer = unordered(index, last.writer), reader = unordered(index, last.reader);
        if (writer >= 0) report_hazard(index, "overwrites", place, begin, end, writer, "writes");
        if (reader >= 0) report_hazard(index, "overwrites", place, begin, end, reader, "reads");
        last.written = true;
        last.writer[queue_of(commands_[index])] = index;
    }

    const std::span<const spec::CommandWords> commands_;
    const spec::Machine& machine_;
    const ProgramSurroundings& surroundings_;
    const size_t most_;
    TokenOrder order_;
    AccessHistory history_[place_count];
    int64_t tile_pixels_ = 0;  // of the open tile
    std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> static_check(std::span<const spec::CommandWords> commands, const spec::Machine& machine,
                                      const ProgramSurroundings& surroundings, size_t most) {
    return Checker(commands, machine, surroundings, most).run();
}

}  // namespace napier::driver
