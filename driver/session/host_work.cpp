#include "driver/session/host_work.hpp"

#include "sw/golden/host.hpp"

namespace napier::driver {

std::vector<int> tensors_read(const Program& program, const HostStep& step) {
    std::vector<int> read{program.layers[static_cast<size_t>(step.layer)].input};
    if (step.work.second >= 0) read.push_back(step.work.second);
    if (step.work.initial >= 0) read.push_back(step.work.initial);
    return read;
}

HostCount count_of(const Program& program, const HostStep& step) {
    const TensorPlace& output =
        program.tensors[static_cast<size_t>(program.layers[static_cast<size_t>(step.layer)].output)];
    HostCount count;
    count.elements = static_cast<uint64_t>(output.height) * output.width * output.channels;
    count.write_bytes = static_cast<uint64_t>(output.bytes());
    for (const int tensor : tensors_read(program, step)) {
        count.read_bytes += static_cast<uint64_t>(program.tensors[static_cast<size_t>(tensor)].bytes());
    }
    if (!step.work.rows.empty()) count.read_bytes += count.elements;  // a row for each pixel
    return count;
}

HostCount host_work(const Program& program) {
    HostCount sum;
    for (const HostStep& step : program.host) {
        const HostCount count = count_of(program, step);
        sum.elements += count.elements;
        sum.read_bytes += count.read_bytes;
        sum.write_bytes += count.write_bytes;
    }
    return sum;
}

std::vector<int8_t> run_step(const Program& program, const HostStep& step,
                             const std::vector<std::vector<int8_t>>& inputs) {
    const LayerMapping& mapping = program.layers[static_cast<size_t>(step.layer)];
    Layer layer;
    layer.name = mapping.name;
    layer.operation = mapping.operation;
    layer.input = mapping.input;
    layer.output = mapping.output;
    layer.host = step.work;
    layer.clamp_low = step.clamp_low;
    layer.clamp_high = step.clamp_high;
    std::vector<golden::TensorValues> tensors(program.tensors.size());
    const std::vector<int> read = tensors_read(program, step);
    for (size_t i = 0; i < read.size(); ++i) tensors[static_cast<size_t>(read[i])] = inputs[i];
    return golden::run_host(tensors_of(program), layer, tensors);
}

}  // namespace napier::driver
