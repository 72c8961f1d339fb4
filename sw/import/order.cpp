#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/graph.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

constexpr size_t from_outside = static_cast<size_t>(-1);  // a graph input or an initializer

using Sources = std::unordered_map<std::string, size_t>;  // value name -> index of the node that gives it

void add_source(Sources& sources, const std::string& name, size_t node) {
    if (!sources.emplace(name, node).second) {
        throw Error(ErrorKind::input, fmt::format("value {} is given twice in the graph; every value must have one "
                                                  "source, so rename one and export again",
                                                  name_text(name)));
    }
}

Sources find_sources(const Graph& graph) {
    Sources sources;
    for (const ValueInfo& input : graph.inputs) {
        add_source(sources, input.name, from_outside);
    }
    for (const auto& [name, constant] : graph.constants) {
        add_source(sources, name, from_outside);
    }
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const std::string& output : graph.nodes[i].outputs) {
            if (!output.empty()) {
                add_source(sources, output, i);
            }
        }
    }
    return sources;
}

size_t source_of(const Sources& sources, const std::string& name, const std::string& reader) {
    const auto found = sources.find(name);
    if (found == sources.end()) {
        throw Error(ErrorKind::input, fmt::format("{} reads {}, which no node, initializer or input gives; the file is "
                                                  "incomplete, export it again",
                                                  reader, name_text(name)));
    }
    return found->second;
}

// Nodes that the outputs depend on, each after all it reads. Depth first with a stack of our own: graphs may be deep.
class Sorter {
public:
    Sorter(const Graph& graph, const Sources& sources)
        : graph_(graph), sources_(sources), state_(graph.nodes.size(), State::fresh) {}

    std::vector<size_t> sort() {
        for (const ValueInfo& output : graph_.outputs) {
            visit(source_of(sources_, output.name, "the list of outputs"));
        }
        std::sort(order_.begin(), order_.end());
        return in_place_ ? order_ : sorted_;
    }

private:
    enum class State { fresh, open, done };

    void visit(size_t root) {
        push(root);
        while (!stack_.empty()) {
            auto& [node, next] = stack_.back();
            const Node& at = graph_.nodes[node];
            if (next == at.inputs.size()) {
                state_[node] = State::done;
                sorted_.push_back(node);
                order_.push_back(node);
                stack_.pop_back();
                continue;
            }
            const std::string& input = at.inputs[next++];
            if (!input.empty()) {
                const size_t source = source_of(sources_, input, fmt::format("node {}", name_text(at.name)));
                in_place_ = in_place_ && (source == from_outside || source < node);
                push(source);
            }
        }
    }

    void push(size_t node) {
        if (node == from_outside || state_[node] == State::done) {
            return;
        }
        if (state_[node] == State::open) {
            throw Error(ErrorKind::input, fmt::format("node {} depends on its own output; a network must have no "
                                                      "cycle, so unroll it and export again",
                                                      name_text(graph_.nodes[node].name)));
        }
        state_[node] = State::open;
        stack_.emplace_back(node, 0);
    }

    const Graph& graph_;
    const Sources& sources_;
    std::vector<State> state_;
    std::vector<std::pair<size_t, size_t>> stack_;  // node, next input to look at
    std::vector<size_t> sorted_, order_;
    bool in_place_ = true;  // the file's own order already respects the dependencies
};

}  // namespace

void order_nodes(Graph& graph) {
    const Sources sources = find_sources(graph);
    for (const Node& node : graph.nodes) {
        for (const std::string& input : node.inputs) {
            if (!input.empty()) {
                source_of(sources, input, fmt::format("node {}", name_text(node.name)));
            }
        }
    }
    std::vector<Node> nodes;
    for (const size_t index : Sorter(graph, sources).sort()) {
        nodes.push_back(graph.nodes[index]);
    }
    if (nodes.size() != graph.nodes.size()) {
        graph.notes.push_back(fmt::format("{} of {} nodes left out, because no output depends on them",
                                          graph.nodes.size() - nodes.size(), graph.nodes.size()));
    }
    graph.nodes = std::move(nodes);
}

}  // namespace napier::onnx
