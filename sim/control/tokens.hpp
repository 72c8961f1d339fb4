#pragma once
// Twin of rtl/control/tokens.sv: the six token counters, one for each ordered pair of queues.

#include "sim/base/registered.hpp"
#include "sim/base/trace.hpp"
#include "sw/spec/spec.hpp"

namespace napier::sim {

class Tokens {
public:
    // All tokens of the engine's wait mask are there in this cycle.
    bool ready(Engine engine, uint32_t wait, Cycle cycle) const {
        for (int bit = 0; bit < 2; ++bit)
            if ((wait >> bit & 1) != 0 && count_[int(peer(engine, bit))][int(engine)].at(cycle) == 0) return false;
        return true;
    }
    void take(Engine engine, uint32_t wait, Cycle cycle) {
        for (int bit = 0; bit < 2; ++bit)
            if ((wait >> bit & 1) != 0) count_[int(peer(engine, bit))][int(engine)].add(cycle, -1);
    }
    void give(Engine engine, uint32_t signal, Cycle cycle) {
        for (int bit = 0; bit < 2; ++bit)
            if ((signal >> bit & 1) != 0) count_[int(engine)][int(peer(engine, bit))].add(cycle, 1);
    }
    // A full counter was given one more than was taken; asked at the end of the cycle.
    bool overflow() const {
        for (const auto& from : count_)
            for (const auto& count : from)
                if (count.next() > int(spec::token_max)) return true;
        return false;
    }
    void clear() { *this = Tokens(); }

private:
    // The queue that a bit of the engine's masks names: the other two in order.
    static Engine peer(Engine engine, int bit) {
        const int first = engine == Engine::load ? 1 : 0;
        const int second = engine == Engine::store ? 1 : 2;
        return Engine(bit == 0 ? first : second);
    }

    Registered<int> count_[engine_count][engine_count];  // [from][to]
};

}  // namespace napier::sim
