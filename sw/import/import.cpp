#include "sw/import/import.hpp"

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/reader.hpp"
#include "sw/import/text.hpp"
#include "sw/io/file.hpp"

namespace napier {

namespace {

std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

std::string describe(const Unsupported& problem) {
    const std::string name = onnx::name_text(problem.node);
    if (problem.operation == "input" || problem.operation == "output") {
        return fmt::format("{} {}: {}; {}", problem.operation, name, problem.reason, problem.hint);
    }
    return fmt::format("node {} ({}): {}; {}", name, onnx::printable(problem.operation), problem.reason, problem.hint);
}

Model import_onnx(std::span<const uint8_t> bytes, const std::string& name, const std::filesystem::path& folder) {
    const onnx::Graph graph = onnx::read_graph(bytes, folder);
    onnx::Lowering lowering(graph);
    lowering.run();
    const std::vector<Unsupported>& problems = lowering.problems();
    if (!problems.empty()) {
        const std::string more = problems.size() == 1 ? "" : fmt::format(" ({} more; `napier check` lists them)",
                                                                         problems.size() - 1);
        throw Error(ErrorKind::unsupported, describe(problems[0]) + more);
    }
    Model model = lowering.finish();
    model.name = name;
    return model;
}

std::vector<Unsupported> check_onnx(std::span<const uint8_t> bytes, const std::filesystem::path& folder) {
    const onnx::Graph graph = onnx::read_graph(bytes, folder);
    onnx::Lowering lowering(graph);
    lowering.run();
    return lowering.problems();
}

Model import_onnx(const std::filesystem::path& path) {
    return import_onnx(io::read_file(path.string(), onnx::greatest_file_bytes), path.stem().string(), folder_of(path));
}

std::vector<Unsupported> check_onnx(const std::filesystem::path& path) {
    return check_onnx(io::read_file(path.string(), onnx::greatest_file_bytes), folder_of(path));
}

}  // namespace napier
