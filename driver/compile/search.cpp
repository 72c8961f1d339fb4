#include "driver/compile/search.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "driver/compile/build.hpp"
#include "driver/compile/operand.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

using Clock = std::chrono::steady_clock;
// Of a layer of more weights, formats that need so many times the cheapest one's passes are not tried.
constexpr size_t many_weights = 1 << 16;
constexpr double most_passes_ratio = 1.5;
constexpr double none = std::numeric_limits<double>::infinity();

// Layers that differ in names, values and addresses alone.
struct Kind {
    Model model;              // of the first one alone
    std::vector<Plan> plans;  // of its layer, the least estimate first
    size_t best = 0;          // place of the best among them
    double least = none;      // its cost
    std::exception_ptr error;  // of a plan that does not fit
};

// The formats that a plan may take: all that are exact, whose sums fit and that may pay if plans are measured, else the
// cheapest.
std::vector<FormatChoice> formats_of(const Model& model, const Layer& layer, const spec::Machine& machine,
                                     const CompileOptions& options) {
    require_bits(model, layer, machine);
    require_tables(layer, machine);
    std::vector<FormatChoice> choices = format_choices(model, layer, machine, options.tuning.format);
    const int64_t terms = operand_terms(model, layer);
    golden::require_accumulator(layer, machine.accumulator_bits, choices.front().planes, terms);
    if (options.search.candidates == 1) choices.resize(1);
    const auto passes = [&](const FormatChoice& choice) {
        return double(choice.planes) / spec::lanes(machine, *choice.format);
    };
    const double most = most_passes_ratio * passes(choices.front());
    std::erase_if(choices, [&](const FormatChoice& choice) {
        return (layer.weight.size() > many_weights && passes(choice) >= most) ||
               golden::accumulator_bound(layer, choice.planes, terms).bits > machine.accumulator_bits;
    });
    return choices;
}

// The plans of those formats; where no plan in them fits the machine's buffers, of any format that is exact.
std::vector<Plan> plans_of(const Model& model, const Layer& layer, const spec::Machine& machine,
                           const CompileOptions& options, const std::vector<LayerForm>& forms) {
    const size_t most = std::max<size_t>(1, options.search.candidates);
    try {
        return make_plans(forms, options.tuning, most);
    } catch (const Error& error) {
        std::vector<FormatChoice> choices = format_choices(model, layer, machine, options.tuning.format);
        std::erase_if(choices, [&](const FormatChoice& choice) {
            return golden::accumulator_bound(layer, choice.planes, operand_terms(model, layer)).bits >
                   machine.accumulator_bits;
        });
        if (error.kind() != ErrorKind::capacity || choices.size() < 2) throw;
        return make_plans(forms_of(model, layer, machine, choices, options.tuning), options.tuning, most);
    }
}

double value_of(const Cost& cost, Objective objective) {
    switch (objective) {
        case Objective::latency: return double(cost.cycles);
        case Objective::energy: return cost.energy;
        default: return double(cost.cycles) * cost.energy;
    }
}

class Searcher {
public:
    Searcher(std::vector<Kind*> kinds, const spec::Machine& machine, const CompileOptions& options,
             Clock::time_point begin)
        : kinds_(std::move(kinds)), machine_(machine), options_(options), search_(options.search), begin_(begin) {
        size_t most = 0;
        for (const Kind* kind : kinds_) most = std::max(most, kind->plans.size());
        // The most promising plan of every kind first, then the second ones.
        for (size_t rank = 0; rank < most; ++rank) {
            for (Kind* kind : kinds_) {
                if (kind->plans.size() > 1 && rank < kind->plans.size()) tasks_.push_back({kind, rank});
            }
        }
    }

    void run() {
        std::vector<std::thread> others;
        for (int i = 1; i < search_.jobs; ++i) others.emplace_back([this] { work(); });
        work();
        for (std::thread& other : others) other.join();
        if (search_.progress) search_.progress(1.0);
        if (failure_) std::rethrow_exception(failure_);
        for (const Kind* kind : kinds_) {
            if (kind->least == none && kind->error) std::rethrow_exception(kind->error);
        }
    }

private:
    struct Task {
        Kind* kind;
        size_t rank;
    };

    double elapsed() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

    void work() {
        for (size_t index = next_++; index < tasks_.size(); index = next_++) {
            if (elapsed() >= search_.seconds) return;
            try {
                measure(tasks_[index]);
            } catch (...) {
                const std::lock_guard lock(mutex_);
                failure_ = std::current_exception();
                next_ = tasks_.size();
            }
        }
    }

    void measure(const Task& task) {
        Kind& kind = *task.kind;
        const Plan& plan = kind.plans[task.rank];
        {
            const std::lock_guard lock(mutex_);
            ++done_;
            tell();
            // The array alone would take longer than a plan that is known.
            if (search_.objective == Objective::latency && double(plan.least_cycles) > kind.least) return;
        }
        std::optional<Program> program;
        std::exception_ptr error;
        try {
            program = build_program(kind.model, machine_, options_, {plan}, false);
        } catch (const Error&) {
            error = std::current_exception();
        }
        const double cost = program ? value_of(search_.measure(kind.model, *program), search_.objective) : none;
        const std::lock_guard lock(mutex_);
        if (error) kind.error = error;
        if (cost > kind.least || (cost == kind.least && task.rank > kind.best)) return;
        kind.least = cost;
        kind.best = task.rank;
    }

    void tell() const {
        if (!search_.progress) return;
        search_.progress(std::min(1.0, std::max(double(done_) / double(tasks_.size()), elapsed() / search_.seconds)));
    }

    std::vector<Kind*> kinds_;
    const spec::Machine& machine_;
    const CompileOptions& options_;
    const SearchOptions& search_;
    std::vector<Task> tasks_;
    const Clock::time_point begin_;
    std::atomic<size_t> next_ = 0;
    size_t done_ = 0;
    std::mutex mutex_;  // of done_, failure_ and what is known of the kinds
    std::exception_ptr failure_;
};

}  // namespace

Model alone(const Model& model, const Layer& layer) {
    Model part;
    part.name = layer.name;
    part.layers = {layer};
    Layer& only = part.layers.front();
    part.tensors = {model.tensors[layer.input], model.tensors[layer.output]};
    only.input = 0;
    only.output = 1;
    if (layer.residual >= 0) {
        only.residual = layer.residual == layer.input ? 0 : 2;
        if (only.residual == 2) part.tensors.push_back(model.tensors[layer.residual]);
    }
    if (layer.factor >= 0) {
        only.factor = static_cast<int>(part.tensors.size());
        part.tensors.push_back(model.tensors[layer.factor]);
    }
    if (part.tensors[1].whole >= 0) {
        part.tensors.push_back(model.tensors[size_t(part.tensors[1].whole)]);
        part.tensors[1].whole = static_cast<int>(part.tensors.size()) - 1;
    }
    if (layer.operand.tensor >= 0) {
        only.operand.words = only.operand.tensor = static_cast<int>(part.tensors.size());
        part.tensors.push_back(model.tensors[layer.operand.tensor]);
        if (layer.operand.words != layer.operand.tensor) {
            only.operand.words = only.operand.tensor + 1;
            part.tensors.push_back(model.tensors[layer.operand.words]);
        }
    }
    for (Tensor& tensor : part.tensors) tensor.view_of = -1;
    part.input.tensor = 0;
    part.output.tensor = 1;
    return part;
}

std::vector<Plan> choose_plans(const Model& model, const spec::Machine& machine, const CompileOptions& options) {
    const Clock::time_point begin = Clock::now();
    std::map<std::string, std::unique_ptr<Kind>> by_key;
    std::vector<Kind*> kinds;     // in the order of their first layers
    std::vector<Kind*> of_layer;
    for (const Layer& layer : model.layers) {
        if (!layer.host.function.empty()) {
            of_layer.push_back(nullptr);
            continue;
        }
        const std::vector<LayerForm> forms =
            forms_of(model, layer, machine, formats_of(model, layer, machine, options), options.tuning);
        std::unique_ptr<Kind>& kind = by_key[key_of(layer, forms)];
        if (!kind) {
            kind = std::make_unique<Kind>();
            kind->plans = plans_of(model, layer, machine, options, forms);
            if (options.search.candidates > 1) kind->model = alone(model, layer);
            for (Plan& plan : kind->plans) {
                plan.geometry.layer = kind->model.layers.empty() ? &layer : &kind->model.layers.front();
            }
            kinds.push_back(kind.get());
        }
        of_layer.push_back(kind.get());
    }
    if (options.search.candidates > 1) Searcher(kinds, machine, options, begin).run();
    std::vector<Plan> plans;
    for (size_t i = 0; i < of_layer.size(); ++i) {
        plans.emplace_back();
        if (of_layer[i] == nullptr) continue;
        plans.back() = of_layer[i]->plans[of_layer[i]->best];
        plans.back().geometry.layer = &model.layers[i];
        plans.back().geometry.input_zero = model.tensors[model.layers[i].input].zero_point;
    }
    return plans;
}

}  // namespace napier::driver
