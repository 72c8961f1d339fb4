#include "sw/import/import.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/reader.hpp"
#include "sw/import/real/lowering.hpp"
#include "sw/import/text.hpp"
#include "sw/io/file.hpp"

namespace napier {

namespace {

std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

std::vector<uint8_t> read(const std::filesystem::path& path) {
    return io::read_file(path.string(), onnx::greatest_file_bytes);
}

template <typename Result, typename Lowering>
Result finished(Lowering lowering, const std::string& name, const char* lister) {
    lowering.run();
    const std::vector<Unsupported>& problems = lowering.problems();
    if (!problems.empty()) {
        const std::string more =
            problems.size() == 1 ? "" : fmt::format(" ({} more{})", problems.size() - 1, lister);
        throw Error(ErrorKind::unsupported, describe(problems[0]) + more);
    }
    Result model = lowering.finish();
    model.name = name;
    return model;
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
    return finished<Model>(onnx::Lowering(graph), name, "; `napier check` lists them");
}

RealModel import_real_onnx(std::span<const uint8_t> bytes, const std::string& name,
                           const std::filesystem::path& folder) {
    const onnx::Graph graph = onnx::read_graph(bytes, folder);
    return finished<RealModel>(onnx::real::Lowering(graph), name, "");
}

std::vector<Unsupported> check_onnx(std::span<const uint8_t> bytes, const std::filesystem::path& folder) {
    const onnx::Graph graph = onnx::read_graph(bytes, folder);
    onnx::Lowering lowering(graph);
    lowering.run();
    return lowering.problems();
}

std::vector<Unsupported> check_real_onnx(std::span<const uint8_t> bytes, const std::filesystem::path& folder) {
    const onnx::Graph graph = onnx::read_graph(bytes, folder);
    onnx::real::Lowering lowering(graph);
    lowering.run();
    return lowering.problems();
}

bool is_real_onnx(std::span<const uint8_t> bytes, const std::filesystem::path& folder) {
    const std::vector<onnx::Node> nodes = onnx::read_graph(bytes, folder).nodes;
    return std::any_of(nodes.begin(), nodes.end(), [](const onnx::Node& node) {
        return node.domain == "napier" && onnx::real::find_operator(node) != nullptr;
    });
}

Model import_onnx(const std::filesystem::path& path) {
    return import_onnx(read(path), path.stem().string(), folder_of(path));
}

std::vector<Unsupported> check_onnx(const std::filesystem::path& path) {
    return check_onnx(read(path), folder_of(path));
}

bool is_real_onnx(const std::filesystem::path& path) {
    return is_real_onnx(read(path), folder_of(path));
}

RealModel import_real_onnx(const std::filesystem::path& path) {
    return import_real_onnx(read(path), path.stem().string(), folder_of(path));
}

std::vector<Unsupported> check_real_onnx(const std::filesystem::path& path) {
    return check_real_onnx(read(path), folder_of(path));
}

}  // namespace napier
