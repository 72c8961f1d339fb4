#include "tests/faults/known_jobs.hpp"

#include "driver/compile/compile.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {

std::vector<driver::KnownJob> known_jobs(const std::string& name) {
    const spec::Machine& machine = spec::find_machine(name);
    std::vector<driver::KnownJob> jobs;
    for (int i = 0; i < 3; ++i) {
        Random random(uint64_t(i) + 1);
        RandomModelOptions options;
        options.layers = i + 1;
        options.greatest_extent = 3 + i;
        options.greatest_channels = 5 + i;
        options.formats = {i == 1 && name != "tiny" ? "int8" : "ternary"};
        const Model model = random_model(random, options);
        driver::CompileOptions choices = driver::CompileOptions::keeping_tensors();
        choices.memory_base = 0x4000;
        driver::KnownJob job{driver::compile(model, machine, choices), {}, {}};
        job.input = random_values(random, model.tensors[size_t(model.input.tensor)]);
        job.output = golden::run_model(model, job.input)[size_t(model.output.tensor)];
        jobs.push_back(std::move(job));
    }
    return jobs;
}

}  // namespace napier::test
