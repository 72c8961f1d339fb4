#pragma once
// Twin of rtl/control/command_head.sv: the executor's head, and when it starts.

#include <optional>

#include "sim/control/command_queue.hpp"
#include "sim/control/fault.hpp"
#include "sim/control/tokens.hpp"

namespace napier::sim {

class CommandHead : public Block, public HeadTaker {
public:
    CommandHead(Context& context, Tokens& tokens, const Fault& fault)
        : context_(context), tokens_(tokens), fault_(fault) {}

    void connect(EngineBlock& engine) { engine_ = &engine; }
    void reset() {
        head_.reset();
        accepts_ = 0;
        started_ = false;
        signals_.clear();
    }

    void head(const Head& head) override {
        head_ = head;
        started_ = false;
        look(head.valid);
    }
    void look(Cycle cycle) { context_.events.schedule(cycle, Order::control, *this); }
    // Tokens may have come; a head on its way looks by itself.
    void look_again(Cycle cycle) {
        if (head_ && cycle > head_->valid && !started_) look(cycle);
    }
    // The engine starts its next command in this cycle at the earliest.
    void accepts(Cycle cycle) {
        accepts_ = cycle;
        look(cycle);
    }

    void wake(Cycle cycle, int) override {
        if (fault_.halted(cycle) || !head_ || started_ || cycle < head_->valid || cycle < accepts_) return;
        const uint32_t wait = uint32_t(spec::get(head_->words, spec::common::wait));
        if (!tokens_.ready(Engine::exec, wait, cycle)) return;
        started_ = true;
        accepts_ = never;
        tokens_.take(Engine::exec, wait, cycle);
        context_.trace.start(Engine::exec, head_->index, cycle);
        signals_.push_back(uint32_t(spec::get(head_->words, spec::common::signal)));
        engine_->start(cycle, head_->index, head_->words);
    }

    // Signal mask of the oldest command that has not ended.
    uint32_t take_signal() {
        const uint32_t signal = signals_.front();
        signals_.pop_front();
        return signal;
    }

private:
    Context& context_;
    Tokens& tokens_;
    const Fault& fault_;
    EngineBlock* engine_ = nullptr;
    std::optional<Head> head_;
    bool started_ = false;
    Cycle accepts_ = 0;
    Ring<uint32_t> signals_;
};

}  // namespace napier::sim
