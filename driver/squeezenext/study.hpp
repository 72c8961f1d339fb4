#pragma once
// The table of SqueezeNext's study beside the estimates.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "driver/squeezenext/machine.hpp"

namespace napier::driver::squeezenext {

// What the paper's table 3 says of a network on one array.
struct Published {
    double relative_time;  // to the fastest network on this array
    double energy;         // in units of a multiply-accumulate
};

struct PaperRow {
    const char* title;    // the paper's
    const char* network;  // the zoo's
    std::optional<double> parameters, products;  // in millions
    std::optional<Published> on_8x8, on_16x16;
};

// All networks of the study. Without numbers: predictions. AlexNet's are from the abstract, as factors of v5's.
std::span<const PaperRow> paper_rows();

struct StudyRow {
    const PaperRow* paper = nullptr;
    NetworkEstimate estimates[2];  // on arrays()
    double relative_time[2] = {};
};

// Estimates of every row; times relative to the fastest.
std::vector<StudyRow> study();

// The paper's table beside ours, with the deviation of each number, and what they are worth.
std::string study_text(const std::vector<StudyRow>& rows);

// The layers of one network on one array: dataflow, cycles, what bounds them, energy.
std::string layers_text(const std::string& title, std::span<const zoo::Layer> layers, const Array& array);

}  // namespace napier::driver::squeezenext
