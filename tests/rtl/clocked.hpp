#pragma once
// A verilated module with a clock.

namespace napier::test {

template <typename Module>
class Clocked {
public:
    Clocked() {
        module_.clk_i = 0;
        module_.eval();
    }
    Module* operator->() { return &module_; }

    // Lets the inputs through to combinational outputs.
    void settle() { module_.eval(); }
    // One cycle, from the low clock that the one before left; afterwards the outputs are those of the next one.
    void tick() {
        module_.clk_i = 1;
        module_.eval();
        module_.clk_i = 0;
        module_.eval();
    }

private:
    Module module_;
};

}  // namespace napier::test
