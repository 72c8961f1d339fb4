#include "driver/profile/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "driver/profile/profile.hpp"
#include "sw/spec/command.hpp"

namespace napier::driver {
namespace {

constexpr double nearly_all = 0.9, most = 0.5;  // shares of a layer's cycles

constexpr const char* names[wait_count] = {"weights", "inputs", "residuals", "stores", "commands"};

Wait wait_for(Role role) {
    switch (role) {
        case Role::input:
        case Role::padding: return Wait::inputs;
        case Role::residual: return Wait::residuals;
        case Role::output: return Wait::stores;
        case Role::compute: return Wait::commands;
        default: return Wait::weights;
    }
}

// Cycles [begin, end) in which at least one of a queue's commands runs; they start and end in order.
struct Span {
    uint64_t begin, end;
    int command;  // the one that opens it
};

std::vector<Span> spans_of(const Program& program, const RunTimes& times, int layer, int queue) {
    std::vector<Span> spans;
    for (size_t i = 0; i < times.commands.size(); ++i) {
        if (program.notes[i].layer != layer || queue_of(program.commands[i]) != queue) continue;
        const CommandTime& time = times.commands[i];
        if (!spans.empty() && time.start <= spans.back().end) spans.back().end = std::max(spans.back().end, time.end);
        else spans.push_back({time.start, time.end, static_cast<int>(i)});
    }
    return spans;
}

uint64_t inside(const std::vector<Span>& spans, uint64_t begin, uint64_t end) {
    uint64_t sum = 0;
    for (const Span& span : spans) {
        const uint64_t from = std::max(span.begin, begin), to = std::min(span.end, end);
        sum += to > from ? to - from : 0;
    }
    return sum;
}

class Explainer {
public:
    Explainer(const Program& program, const RunTimes& times) : program_(program), times_(times) {
        for (size_t i = 0; i < times.commands.size(); ++i) {
            if (queue_of(program.commands[i]) == 1) continue;
            ended_[times.commands[i].end] = wait_for(program.notes[i].role);
        }
    }

    LayerCycles explain(int layer, uint64_t begin, uint64_t end) const {
        LayerCycles cycles;
        const std::vector<Span> spans = spans_of(program_, times_, layer, 1);
        uint64_t now = begin;
        for (const Span& span : spans) {
            const uint64_t start = std::clamp(span.begin, now, end);
            cycles.waits[static_cast<size_t>(cause(span.begin))] += start - now;
            if (&span == &spans.front()) cycles.fill = start - now;
            now = std::clamp(span.end, start, end);
            cycles.computing += now - start;
        }
        cycles.finish = end - now;
        cycles.loading = inside(spans_of(program_, times_, layer, 0), begin, end);
        cycles.storing = inside(spans_of(program_, times_, layer, 2), begin, end);
        return cycles;
    }

private:
    // What ended in the cycle before, so that its token could be taken; else the command itself came late.
    Wait cause(uint64_t start) const {
        const auto found = ended_.find(start - 1);
        return found == ended_.end() ? Wait::commands : found->second;
    }

    const Program& program_;
    const RunTimes& times_;
    std::map<uint64_t, Wait> ended_;  // by the cycle of the end
};

}  // namespace

const char* wait_name(Wait wait) { return names[static_cast<size_t>(wait)]; }

uint64_t LayerCycles::all() const {
    return std::accumulate(waits.begin(), waits.end(), computing + finish);
}

std::vector<LayerCycles> layer_cycles(const Program& program, const RunTimes& times) {
    const Explainer explainer(program, times);
    std::vector<uint64_t> ends(program.layers.size());
    for (size_t i = 0; i < times.commands.size(); ++i) {
        uint64_t& end = ends[static_cast<size_t>(program.notes[i].layer)];
        end = std::max(end, times.commands[i].end);
    }
    std::vector<LayerCycles> layers;
    uint64_t before = 0;
    for (size_t i = 0; i < ends.size(); ++i) {
        const uint64_t end = std::max(before, ends[i]);
        layers.push_back(explainer.explain(static_cast<int>(i), before, end));
        before = end;
    }
    return layers;
}

std::string limit_of(const ProfiledLayer& layer) {
    if (layer.on_host) return host_format;
    const double cycles = std::max<double>(1.0, double(layer.times.cycles));
    const double array = double(layer.activity.pass_cycles);
    const bool short_passes = nearly_all * array > layer.array_cycles;
    const std::pair<double, const char*> parts[] = {{array / cycles, short_passes ? "short passes" : "array"},
                                                    {layer.dram_cycles / cycles, "DRAM"},
                                                    {layer.post_cycles / cycles, "post-processor"}};
    auto greatest = *std::max_element(std::begin(parts), std::end(parts),
                                      [](const auto& a, const auto& b) { return a.first < b.first; });
    const double loading = double(layer.cycles.loading) / cycles;
    if (greatest.first < nearly_all && loading >= nearly_all) greatest = {loading, "short loads"};
    if (greatest.first < most) return fmt::format("waiting {:.1f} %", 100.0 * (1.0 - greatest.first));
    return fmt::format("{} {:.1f} %", greatest.second, 100.0 * greatest.first);
}

}  // namespace napier::driver
