// Does every command come to its own engine, whole, in order, and only when the one before was released?

#include <catch2/catch.hpp>

#include <deque>
#include <vector>

#include "Vcommand_queue.h"
#include "sw/spec/spec.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int beat_bytes = NAPIER_BEAT_BYTES, places = NAPIER_QUEUE_COMMANDS;
constexpr int beats = spec::command_bytes / beat_bytes, times = beat_bytes > 16 ? 2 : 1, steps = beats * times;
constexpr int queues = 3;

constexpr int fetch_cycles = 4;  // with room in a cycle, a beat comes three cycles later at the earliest

using Bytes = std::vector<uint8_t>;

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed) {
        queue_->rst_ni = queue_->write_i = queue_->commit_i = queue_->release_i = queue_->flight_i = 0;
        queue_.tick();
        queue_->rst_ni = 1;
    }

    void cycle(int write_percent, int release_percent) {
        write(write_percent);
        queue_->release_i = 0;
        for (int q = 0; q < queues; ++q) {
            const bool valid = (queue_->valid_o >> q & 1) != 0;
            if (valid && random_.chance(release_percent)) queue_->release_i |= uint8_t(1 << q);
        }
        queue_.settle();
        check_room();
        for (int q = 0; q < queues; ++q) receive(q);
        queue_.tick();
        after_edge();
    }

    // Writes the rest of a command begun.
    void finish_command() {
        while (beat_ != 0) cycle(100, 50);
    }
    // Releases everything until nothing is left.
    void drain() {
        for (int i = 0; i < 2000 && !queue_->empty_o; ++i) cycle(0, 100);
        REQUIRE(queue_->empty_o);
        for (const auto& waiting : waiting_) REQUIRE(waiting.empty());
    }
    int received() const { return received_; }

private:
    void write(int percent) {
        queue_->write_i = queue_->commit_i = 0;
        if (beat_ == 0) {
            room_age_ = queue_->room_o ? room_age_ + 1 : 0;
            if (room_age_ < fetch_cycles) return;
            target_ = random_.number(0, queues - 1);
            command_.resize(spec::command_bytes);
            for (uint8_t& byte : command_) byte = uint8_t(random_.bits());
        }
        if (!random_.chance(percent)) return;
        queue_->write_i = 1;
        queue_->write_queue_i = uint8_t(target_);
        queue_->write_beat_i = uint8_t(beat_);
        set_port(queue_->write_data_i, command_.data() + beat_ * beat_bytes, beat_bytes);
        beat_ = (beat_ + 1) % beats;
        room_age_ = 0;
        queue_->commit_i = beat_ == 0;
    }

    // The beats of the head of queue q in this cycle.
    void receive(int q) {
        if ((queue_->beat_valid_o >> q & 1) == 0) return;
        REQUIRE(head_state_[q] < steps);
        REQUIRE_FALSE(waiting_[q].empty());
        const int index = head_state_[q] / times;
        REQUIRE(queue_->beat_index_o == index);
        REQUIRE(queue_->beat_again_o == (head_state_[q] % times == times - 1));
        for (int i = 0; i < beat_bytes; ++i)
            REQUIRE(port_byte(queue_->beat_data_o, size_t(i)) == waiting_[q].front()[size_t(index * beat_bytes + i)]);
        ++head_state_[q];
    }

    void after_edge() {
        for (int q = 0; q < queues; ++q) {
            const bool released = (queue_->release_i >> q & 1) != 0;
            REQUIRE(((queue_->valid_o >> q & 1) != 0) == (head_state_[q] == steps && !released));
            if (!released) continue;
            head_state_[q] = 0;
            waiting_[q].pop_front();
            ++received_;
        }
        if (queue_->commit_i) waiting_[target_].push_back(command_);
    }

    // A command is out of its queue from two cycles before its first beat on: a queue without a head may hold one less.
    void check_room() {
        bool surely = true, possibly = true;
        for (int q = 0; q < queues; ++q) {
            const int most = int(waiting_[q].size()) - (head_state_[q] > 0);
            surely = surely && most < places;
            possibly = possibly && most - (head_state_[q] == 0) < places;
        }
        const bool room = queue_->room_o;
        if (surely) REQUIRE(room);
        if (!possibly) REQUIRE_FALSE(room);
    }

    Random random_;
    Clocked<Vcommand_queue> queue_;
    std::deque<Bytes> waiting_[queues];
    int head_state_[queues] = {};
    Bytes command_;
    int beat_ = 0, target_ = 0, received_ = 0, room_age_ = 0;
};

}  // namespace

TEST_CASE("commands of all queues at every pace") {
    for (const auto& [write, release] : std::vector<std::pair<int, int>>{{100, 100}, {100, 3}, {30, 100}, {70, 20}}) {
        Bench bench(uint64_t(write * 1000 + release));
        for (int i = 0; i < 20000; ++i) bench.cycle(write, release);
        REQUIRE(bench.received() > 200);
        bench.finish_command();
        bench.drain();
    }
}

}  // namespace napier::test
