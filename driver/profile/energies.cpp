#include "driver/profile/profile.hpp"

namespace napier::driver {
namespace {

constexpr const char* names[component_count] = {
    "array", "registers", "accumulators", "activation_buffer", "weight_buffer", "parameter_buffer", "residual_buffer",
    "output_buffer", "activation_tables", "post_processor", "dram", "leakage"};

constexpr double bits_per_byte = 8.0;
constexpr double window_stages = 2.0;  // registers of an activation in the window engine

// Energy of the bytes of one buffer of `words` words.
double buffer(const Activity::Bytes& bytes, int words, int word_bytes, const EnergyTable& table) {
    return double(bytes.all()) * table.sram_byte(double(words) * double(word_bytes));
}

}  // namespace

const char* component_name(Component component) { return names[static_cast<size_t>(component)]; }

double Energies::total() const {
    double sum = 0.0;
    for (const double part : of) sum += part;
    return sum;
}

void Energies::add(const Energies& other) {
    for (size_t i = 0; i < of.size(); ++i) of[i] += other.of[i];
}

Energies energies_of(const ProfiledLayer& layer, const spec::Machine& machine, const EnergyTable& table) {
    const Activity& activity = layer.activity;
    const double places = double(machine.rows) * double(machine.columns);
    const double array_vectors = double(activity.vectors - activity.window_vectors);
    const double window_sums = double(activity.window_vectors) * machine.window_channels;
    Energies result;
    result[Component::array] =
        double(layer.products * layer.planes - layer.zero_weight_products) * table.product(layer.format) +
        (array_vectors * places + window_sums) * table.accumulate;
    result[Component::registers] =
        ((array_vectors * (machine.activation_bits + machine.accumulator_bits) +
          double(activity.passes - activity.window_pixels) * machine.weight_bits) * places +
         window_sums * (window_stages * bits_per_byte + machine.accumulator_bits)) * table.register_bit;
    const double column_bytes = double(machine.accumulator_depth) * machine.accumulator_halves *
                                machine.accumulator_bits / bits_per_byte;
    result[Component::accumulators] = double(activity.accumulator.all()) * table.sram_byte(column_bytes);
    const int output_bytes = spec::output_word_bytes(machine);
    result[Component::activation_buffer] = buffer(activity.activation, machine.activation_words,
                                                  spec::activation_word_bytes(machine), table);
    result[Component::weight_buffer] = buffer(activity.weight, machine.weight_words, spec::weight_word_bytes(machine),
                                              table);
    result[Component::parameter_buffer] = buffer(activity.parameter, machine.parameter_words,
                                                 spec::parameter_word_bytes(machine), table);
    result[Component::residual_buffer] = buffer(activity.residual, machine.residual_words, output_bytes, table);
    result[Component::output_buffer] = buffer(activity.output, machine.output_words, output_bytes, table);
    result[Component::activation_tables] = buffer(activity.table, machine.activation_tables,
                                                  spec::activation_table_entries, table);
    result[Component::post_processor] = double(activity.outputs) * table.output +
                                        double(activity.residuals) * table.residual;
    result[Component::dram] = double((activity.read_beats + activity.write_beats) *
                                     static_cast<uint64_t>(machine.beat_bytes)) * table.dram_byte;
    result[Component::leakage] = double(layer.times.cycles) * table.leakage_cycle;
    return result;
}

}  // namespace napier::driver
