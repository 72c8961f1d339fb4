#pragma once
// Random programs that are legal and free of hazards, so that order of completion cannot change a byte: the simulator,
// the RTL and the golden interpreter must agree in all of them.

#include <optional>

#include "driver/verify/test_program.hpp"
#include "driver/verify/token_placer.hpp"

namespace napier::driver {

// The program of this seed, from one to about 60 commands: shapes, strides, dilations, padding, formats, split tiles,
// residuals, fills, rows of any alignment, overlap between queues as tokens allow, memory from fast to disturbed.
TestProgram random_program(const spec::Machine& machine, uint64_t seed);

// The state of a program under construction.
class ProgramBuilder {
public:
    ProgramBuilder(const spec::Machine& machine, uint64_t seed);

    // Appends commands that make the words readable (of never-written ones), then the command.
    void append(const spec::CommandWords& command, const Footprint& touched);
    // Each appends one command of its kind with what it needs, or nothing when none fits now.
    void add_load();
    void add_exec();
    void add_store();

    TestProgram finish();
    size_t most_commands() const { return areas_.program.bytes / spec::command_bytes; }
    size_t commands() const { return placer_.commands().size(); }
    int64_t work() const { return work_; }  // estimate of the program's cycles
    int most_pending() const { return placer_.most_pending(); }
    bool tile_open() const { return tile_pixels_ != 0; }

private:
    struct Tile {
        int64_t base, stride, width, height, bytes;
    };
    // load_generator.cpp
    spec::CommandWords random_load();
    void cover(Place place, std::vector<uint32_t> words);
    void cover_run(Place place, uint32_t first, uint32_t last);
    uint32_t source_address(spec::load::Target target, int64_t span);
    // exec_generator.cpp
    spec::CommandWords random_exec();
    void choose_shape(spec::CommandWords& command);
    void choose_window(spec::CommandWords& command);
    void fit_scales(spec::CommandWords& words);
    void choose_convolution(spec::CommandWords& command, int lanes);
    void choose_any_strides(spec::CommandWords& command);
    bool choose_activation_base(spec::CommandWords& command);
    void choose_finish(spec::CommandWords& command);
    void choose_real_finish(spec::CommandWords& command);
    int64_t choose_code(uint32_t mask);
    int64_t tile_words(const spec::CommandWords& command) const;
    int64_t pixel_bytes(const spec::CommandWords& command) const;
    // store_generator.cpp
    spec::CommandWords random_store();

    const spec::Machine& machine_;
    Random random_;
    TestAreas areas_;
    TestProgram program_;
    TokenPlacer placer_;
    std::vector<bool> written_[place_count];  // by word: every byte of it (output: every column)
    std::vector<Tile> tiles_;                 // finished, newest last
    int64_t tile_pixels_ = 0;                 // of the open tile; 0: none is open
    int64_t work_ = 0;
};

}  // namespace napier::driver
