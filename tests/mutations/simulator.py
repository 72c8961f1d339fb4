"""Faults of the simulator: each must make it differ from the RTL."""

from mutation import Mutation

ODD = "random programs on odd"
MUTATIONS = [
    Mutation("sim/array/accumulator.hpp", "the last pixel is not tripled",
             "sum != pixel(count); ++sum", "sum != pixel(count - 1); ++sum", "rtl_compute_odd"),
    Mutation("sim/array/executor.cpp", "the first pass begins with its command",
             "std::max({start + 1, array_free_,", "std::max({start, array_free_,", "rtl_compute_odd"),
    Mutation("sim/array/executor.cpp", "a command need not wait for the last weights of the one before",
             "array_free_ = plan.pass(passes);", "array_free_ = plan.last_vector(passes - 1) + 1;", "rtl_compute_odd"),
    Mutation("sim/array/executor.cpp", "short passes follow each other as fast as their pixels",
             "std::max(pixels, static_cast<uint64_t>(machine_->rows))", "pixels", "rtl_compute_odd"),
    Mutation("sim/array/compute.cpp", "the first word out of the buffer is counted from the wrong word",
             "std::max<int64_t>(weight_word, machine.weight_words)",
             "std::min<int64_t>(weight_word, machine.weight_words)",
             "rtl_compute_odd"),
    Mutation("sim/post/post_processor.cpp", "the requantizer is a stage shorter",
             "constexpr uint64_t other_stages = 7;", "constexpr uint64_t other_stages = 6;", "rtl_compute_odd"),
    Mutation("sim/post/post_processor.cpp", "an output's fault goes before the residual's",
             "residual <= output ? word_of", "residual < output ? word_of", "rtl_compute_odd"),
    Mutation("sim/memory/loader.cpp", "a fill starts with bursts in flight",
             "field(spec::load::fill) != 0 && flight_.at(cycle) != 0",
             "field(spec::load::fill) != 0 && flight_.at(cycle) > 1", "lockstep", ODD),
    Mutation("sim/memory/loader.cpp", "a read response's fault names the row instead of the burst",
             "spec::ErrorCode::read_response, burst.address,",
             "spec::ErrorCode::read_response, flights_.front().burst.address,", "lockstep",
             "error responses of the bus*"),
    Mutation("sim/memory/storer.cpp", "a beat is offered in the cycle in which it moves",
             "next_ready(Channel::write_data, moved_ + 1);", "next_ready(Channel::write_data, moved_);", "lockstep",
             ODD),
    Mutation("sim/memory/storer.cpp", "STORE's bytes outside the buffer are left alone",
             "std::memset(to + inside, 0, burst.bytes - inside);", "std::memset(to + inside, 0, 0);", "lockstep",
             "past the end of a buffer"),
]
