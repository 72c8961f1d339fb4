// Does every job read its groups, write its blocks or scalars and end in the cycles stated, with the golden bytes, at
// any time between jobs, and are words out of a buffer told?

#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <map>

#include "Vmx_post_processor.h"
#include "sim/mx/mx_post_processor.hpp"
#include "sw/formats/bfloat16.hpp"
#include "sw/golden/mx/output.hpp"
#include "sw/spec/command.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/mx/block_operands.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int columns = NAPIER_COLUMNS, lanes = NAPIER_LANES, outputs = NAPIER_OUTPUTS;
constexpr int depth = 10, parameter_words = 20, output_words = 50, groups = columns / lanes;
constexpr size_t word_bytes = 4 * columns, granule = 2 * lanes;  // with both scalars

struct Job {
    sim::OutputRule rule;
    int pixels, half, parameter_base, output_base, output_stride, signal;
    bool finish;
};

// The bytes of a word that a write covers; -1: not covered.
struct Write {
    int word;
    std::array<int, word_bytes> bytes;
    bool operator==(const Write&) const = default;
};

bool is_block(const Job& job) { return job.rule.element < spec::element_count; }
uint64_t reads(const Job& job) { return static_cast<uint64_t>(job.pixels * groups); }
// The cycle of the write that holds group n of a job taken in `take`.
uint64_t write_cycle(const Job& job, uint64_t take, uint64_t group) {
    const uint64_t last = is_block(job) ? group / groups * groups + groups - 1 : group;
    return take + 1 + last + sim::mx_write_cycles(job.rule.element, lanes);
}

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed) {
        module_->rst_ni = 0;
        for (int i = 0; i < 40; ++i) module_.tick();
        module_->rst_ni = 1;
        for (auto& half : accumulators_) {
            for (auto& pixel : half) std::generate(pixel.begin(), pixel.end(), [this] { return number(); });
        }
        for (auto& word : biases_) std::generate(word.begin(), word.end(), [this] { return number(); });
    }

    void run(const Job& job) {
        const uint64_t take = start(job);
        const uint64_t end = job.finish ? write_cycle(job, take, reads(job) - 1) : take;
        int groups_seen = 0;
        while (cycle_ <= end) {
            module_.settle();
            REQUIRE((module_->end_o != 0) == (cycle_ == end));
            REQUIRE((module_->busy_o != 0) == (job.finish && cycle_ > take));
            REQUIRE((module_->job_end_o != 0) == (job.finish && cycle_ == end));
            if (cycle_ == end) REQUIRE(module_->end_signal_o == job.signal);
            REQUIRE((module_->group_o != 0) == (job.finish && cycle_ > take && cycle_ <= take + reads(job)));
            groups_seen += module_->group_o;
            REQUIRE(module_->fault_valid_o == 0);
            step();
        }
        if (job.finish) check_writes(job, take);
        REQUIRE(groups_seen == (job.finish ? job.pixels * groups : 0));
        writes_.clear();
        while (random_.chance(60)) step();
    }

    // The cycle after the take in which the first fault is told, and its address.
    std::pair<uint64_t, uint32_t> fault(const Job& job) {
        const uint64_t take = start(job);
        for (;; step()) {
            module_.settle();
            if (module_->fault_valid_o != 0) return {cycle_ - take, module_->fault_address_o};
            REQUIRE(cycle_ < take + 1000);
        }
    }

private:
    uint32_t number() {
        const uint32_t pattern = static_cast<uint32_t>(random_.bits());
        return (pattern & 0x807fffff) | static_cast<uint32_t>(random_.number(118, 132)) << 23;
    }

    uint64_t start(const Job& job) {
        spec::CommandWords words{};
        spec::set(words, spec::exec::output_base, job.output_base);
        spec::set(words, spec::exec::output_stride, job.output_stride);
        spec::set(words, spec::exec::parameter_base, job.parameter_base);
        spec::set(words, spec::common::signal, job.signal);
        spec::set(words, spec::exec::float_low, job.rule.low >> 16);
        spec::set(words, spec::exec::float_high, job.rule.high >> 16);
        spec::set(words, spec::exec::element_output, job.rule.element);
        spec::set(words, spec::exec::scale_rule, job.rule.scale_rule);
        std::memcpy(static_cast<void*>(&module_->job_command_i), words.data(), sizeof words);
        module_->job_valid_i = 1;
        module_->job_finish_i = job.finish;
        module_->job_pixel_i = static_cast<uint8_t>(job.pixels - 1);
        module_->job_half_i = static_cast<uint8_t>(job.half);
        return cycle_;
    }

    // One cycle; the buffers answer its reads in the next one.
    void step() {
        module_.settle();
        if (module_->write_enable_o != 0) {
            Write write{module_->write_word_o, {}};
            for (size_t i = 0; i < word_bytes; ++i) {
                const bool covered = (module_->write_mask_o >> (i / granule) & 1) != 0;
                write.bytes[i] = covered ? port_byte(module_->write_data_o, i) : -1;
            }
            writes_[cycle_] = write;
        }
        const bool read = module_->read_enable_o != 0;
        const size_t half = module_->read_half_o, pixel = module_->read_pixel_o, word = module_->parameter_word_o;
        module_.tick();
        ++cycle_;
        module_->job_valid_i = 0;
        for (size_t i = 0; i < 512; i += 64) set_port_bits(module_->job_command_i, i, 64, random_.bits());
        for (size_t c = 0; c < columns; ++c) {
            const uint32_t value = read ? accumulators_[half][pixel % depth][c] : static_cast<uint32_t>(random_.bits());
            set_port_bits(module_->accumulators_i, 32 * c, 32, value);
        }
        for (size_t lane = 0; lane < lanes; ++lane) {
            const uint32_t bias = read ? biases_[word % parameter_words][lane] : 0;
            set_port_bits(module_->parameters_i, 64 * lane, 64, random_.bits() << 32 | bias);
        }
    }

    void check_writes(const Job& job, uint64_t take) {
        size_t count = 0;
        for (int pixel = 0; pixel < job.pixels; ++pixel) {
            std::array<uint32_t, columns> biases;
            for (size_t c = 0; c < columns; ++c) {
                biases[c] = biases_[static_cast<size_t>(job.parameter_base) + c / lanes][c % lanes];
            }
            const auto& accumulators = accumulators_[job.half][static_cast<size_t>(pixel)];
            std::array<uint8_t, word_bytes> twin{};
            sim::mx_pixel(job.rule, columns, accumulators.data(), biases.data(), twin.data(), word_bytes);
            REQUIRE(golden_bytes(job.rule, accumulators.data(), biases.data()) == twin);
            const int word = job.output_base + pixel * job.output_stride;
            for (int group = 0; group < (is_block(job) ? 1 : groups); ++group, ++count) {
                Write expected{word, {}};
                const size_t bytes = is_block(job) ? word_bytes : job.rule.element == spec::scalar_float32 ? 4 * lanes
                                                                                                           : 2 * lanes;
                const size_t first = static_cast<size_t>(group) * bytes;
                for (size_t i = 0; i < word_bytes; ++i) {
                    expected.bytes[i] = i >= first && i < first + bytes ? twin[i] : -1;
                }
                const uint64_t index = static_cast<uint64_t>(pixel * groups + group);
                REQUIRE(writes_[write_cycle(job, take, index)] == expected);
            }
        }
        REQUIRE(writes_.size() == count);
    }
    static std::array<uint8_t, word_bytes> golden_bytes(const sim::OutputRule& rule, const uint32_t* accumulators,
                                                        const uint32_t* biases) {
        std::array<float, columns> values;
        for (size_t i = 0; i < columns; ++i) {
            values[i] = golden::mx::finish(std::bit_cast<float>(accumulators[i]), std::bit_cast<float>(biases[i]),
                                           std::bit_cast<float>(rule.low), std::bit_cast<float>(rule.high));
        }
        std::array<uint8_t, word_bytes> bytes{};
        if (rule.element < spec::element_count) {
            const spec::Element& element = spec::elements[rule.element];
            const auto scale_rule = static_cast<golden::mx::ScaleRule>(rule.scale_rule);
            formats::pack(element, golden::mx::convert(element, scale_rule, values), bytes.data());
        }
        for (size_t i = 0; i < columns; ++i) {
            const uint16_t half = formats::to_bfloat16(values[i]);
            if (rule.element == spec::scalar_float32) std::memcpy(&bytes[4 * i], &values[i], 4);
            if (rule.element == spec::scalar_bfloat16) std::memcpy(&bytes[2 * i], &half, 2);
        }
        return bytes;
    }

    Clocked<Vmx_post_processor> module_;
    Random random_;
    uint64_t cycle_ = 0;
    std::array<std::array<uint32_t, columns>, depth> accumulators_[2];
    std::array<std::array<uint32_t, lanes>, parameter_words> biases_;
    std::map<uint64_t, Write> writes_;
};

// Codes of the mask of outputs.
std::vector<int> kinds() {
    std::vector<int> codes;
    for (int code = 0; code < 8; ++code) {
        if ((outputs >> code & 1) != 0) codes.push_back(code);
    }
    return codes;
}

Job random_job(Random& random) {
    Job job{{0xff800000, 0x7f800000, random.pick(kinds()), random.number(0, 3)},
            random.number(1, depth), random.number(0, 1), random.number(0, parameter_words - groups), 0, 0,
            random.number(0, 3), !random.chance(20)};
    if (random.chance(50)) job.rule.low = 0;
    if (random.chance(50)) job.rule.high = 0x40c00000;
    job.output_stride = random.number(0, (output_words - 1) / job.pixels);
    job.output_base = random.number(0, output_words - 1 - job.output_stride * (job.pixels - 1));
    if (job.output_stride == 0) job.output_stride = job.pixels > 1 ? 1 : 0;
    job.output_base = std::min(job.output_base, output_words - 1 - job.output_stride * (job.pixels - 1));
    return job;
}

}  // namespace

TEST_CASE("jobs of any kind, close together and apart") {
    for (uint64_t seed = 0; seed < 20; ++seed) {
        INFO("seed " << seed);
        Bench bench(seed);
        Random random(seed + 100);
        for (int i = 0; i < 25; ++i) bench.run(random_job(random));
    }
}

TEST_CASE("words out of a buffer") {
    Random random(1);
    Job job = random_job(random);
    job.finish = true;
    job.pixels = 3;
    job.parameter_base = parameter_words - groups + 1;
    REQUIRE(Bench(1).fault(job) == std::pair<uint64_t, uint32_t>(0, parameter_words));
    job.parameter_base = 40000;
    REQUIRE(Bench(1).fault(job) == std::pair<uint64_t, uint32_t>(0, 40000));
    job.parameter_base = parameter_words - groups;
    job.output_base = output_words - 1;
    job.output_stride = 7;
    REQUIRE(Bench(1).fault(job) == std::pair<uint64_t, uint32_t>(1 + groups, output_words + 6));
    job.output_base = output_words;
    REQUIRE(Bench(1).fault(job) == std::pair<uint64_t, uint32_t>(1, output_words));
}

}  // namespace napier::test
