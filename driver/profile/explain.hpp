#pragma once
// What the cycles of a layer go to.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "driver/compile/program.hpp"
#include "driver/session/session.hpp"

namespace napier::driver {

// What a computation waits for before it starts.
enum class Wait : uint8_t { weights, inputs, residuals, stores, commands };
inline constexpr int wait_count = 5;
const char* wait_name(Wait wait);

// The cycles of a layer, from the end of all layers before it to its own end, in parts that add up to them.
struct LayerCycles {
    uint64_t computing = 0;                    // at least one EXEC of the layer runs
    std::array<uint64_t, wait_count> waits{};  // none does, another comes: by what ended just before that one started
    uint64_t finish = 0;                       // after the last EXEC: outputs are on their way to memory
    uint64_t fill = 0;                         // of the waits, those before the first EXEC
    uint64_t loading = 0, storing = 0;         // beside these: at least one LOAD, or STORE, of the layer runs
    uint64_t all() const;
};

// One entry a layer of a program that ran with `times`, in the order of the program.
std::vector<LayerCycles> layer_cycles(const Program& program, const RunTimes& times);

struct ProfiledLayer;

// What bounds the layer, with the share of its cycles that this alone would take: "array 99.8 %"; "short passes" is the
// array where weights take longer to enter than a pass's pixels. A part that takes nine tenths counts, else loads that
// are busy as long as that, though the bus is not ("short loads"), else the part that takes most, if that is half, else
// "waiting" with the rest of the cycles.
std::string limit_of(const ProfiledLayer& layer);

}  // namespace napier::driver
