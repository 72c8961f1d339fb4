#pragma once
// What `napier run` found, as text and as JSON.

#include <optional>
#include <string>

#include "driver/session/layer_times.hpp"

namespace napier::driver {

struct RunReport {
    const Program* program = nullptr;
    const spec::Machine* machine = nullptr;
    std::string device;
    RunTimes times;                 // of the first image
    std::vector<LayerTimes> layers;
    size_t images = 0;
    std::optional<size_t> correct;  // images whose largest output is the label; nothing without labels
    size_t top_count = 0;           // of classes asked for in each image; 0: none
    std::vector<std::vector<int64_t>> top;  // of each image: classes by falling score, ordered by the host
    std::optional<size_t> correct_in_top;   // images whose label is among those
    size_t golden_identical = 0;    // images whose output is the golden model's
    size_t rtl_images = 0;
    size_t rtl_identical = 0;       // images with all cycles, counters and bytes as on the simulator
    std::vector<std::string> differences;  // sentences
    double seconds = 0;             // of the host, for all images on `device`
};

// The table of layers and what was compared.
std::string to_text(const RunReport& report);

// The same with units in the names of the keys.
std::string to_json(const RunReport& report);

}  // namespace napier::driver
