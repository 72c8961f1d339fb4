// Are the compiler's parts right where whole models rarely reach?

#include <catch2/catch.hpp>

#include <cmath>
#include <map>
#include <set>

#include "driver/cli/suggest.hpp"
#include "driver/compile/formats.hpp"
#include "driver/compile/memory_map.hpp"
#include "driver/compile/palette.hpp"
#include "driver/compile/passes.hpp"
#include "driver/compile/weights.hpp"
#include "driver/compile/transfer.hpp"
#include "driver/report/table.hpp"
#include "sw/base/error.hpp"
#include "sw/formats/planes.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

using driver::Draft;
using driver::Loop;
using driver::PassBox;
using driver::Space;
using driver::Transfer;

using Copies = std::map<int64_t, int64_t>;  // buffer byte to memory byte

Copies copies_of(const Transfer& transfer) {
    Copies copies;
    std::vector<int64_t> index(transfer.loops.size());
    for (bool more = true; more;) {
        int64_t memory = transfer.memory, buffer = transfer.buffer;
        for (size_t i = 0; i < index.size(); ++i) {
            memory += index[i] * transfer.loops[i].memory_stride;
            buffer += index[i] * transfer.loops[i].buffer_stride;
        }
        for (int64_t i = 0; i < transfer.length; ++i) copies[buffer + i] = memory + i;
        more = false;
        for (size_t i = 0; i < index.size() && !more; ++i) {
            more = ++index[i] < transfer.loops[i].count;
            if (!more) index[i] = 0;
        }
    }
    return copies;
}

// What LOAD commands copy.
Copies copies_of(const std::vector<Draft>& drafts, int word_bytes) {
    namespace load = spec::load;
    Copies copies;
    for (const Draft& draft : drafts) {
        const auto field = [&](const spec::Field& which) { return spec::get(draft.words, which); };
        const auto place = [&](const spec::Field& word, const spec::Field& byte) {
            return field(word) * word_bytes + field(byte);
        };
        const Loop x{field(load::count_x), field(load::memory_stride_x),
                     place(load::buffer_stride_x_word, load::buffer_stride_x_byte)};
        const Loop y{field(load::count_y), field(load::memory_stride_y),
                     place(load::buffer_stride_y_word, load::buffer_stride_y_byte)};
        const int64_t buffer = place(load::buffer_word, load::buffer_byte);
        const Copies part = copies_of(
            Transfer{Space::activation, false, 0, field(load::address), buffer, field(load::length), {x, y}});
        copies.insert(part.begin(), part.end());
    }
    return copies;
}

// Sum over the visited passes {plane, ky, kx, group} of the magnitude of what their weights stand for.
int64_t visited_weights(const driver::Geometry& g, int tile, const std::set<std::array<int, 4>>& visited) {
    int64_t sum = 0;
    for (const auto& [plane, ky, kx, group] : visited) {
        for (int out = tile * g.machine->columns; out < std::min(g.out_channels, (tile + 1) * g.machine->columns);
             ++out) {
            for (int byte = group * g.vector_bytes; byte < std::min(g.pixel_bytes, (group + 1) * g.vector_bytes);
                 ++byte) {
                const int weight = driver::weight_at(g, out, ky, kx, byte), sign = weight < 0 ? -1 : 1;
                sum += sign * driver::plane_weight(g, weight, plane) * std::lround(std::pow(3, plane));
            }
        }
    }
    return sum;
}

// The same of all weights of the tile.
int64_t all_weights(const driver::Geometry& g, int tile) {
    const size_t per_out = g.layer->weight.size() / static_cast<size_t>(g.out_channels);
    int64_t sum = 0;
    for (int out = tile * g.machine->columns; out < std::min(g.out_channels, (tile + 1) * g.machine->columns); ++out) {
        for (size_t i = 0; i < per_out; ++i) sum += std::abs(int{g.layer->weight[out * per_out + i]});
    }
    return sum;
}

}  // namespace

TEST_CASE("Transfers of any loops copy the same bytes as commands") {
    const spec::Machine& machine = spec::find_machine("odd");
    for (int seed = 0; seed < 300; ++seed) {
        Random random(seed);
        Transfer transfer;
        transfer.memory = random.number(0, 1000);
        transfer.buffer = random.number(0, 100);
        transfer.length = random.number(1, 9);
        int64_t memory = transfer.length, buffer = transfer.length;
        for (int i = random.number(0, 4); i > 0; --i) {
            if (random.chance(60)) memory += random.number(0, 5);
            if (random.chance(40)) buffer += random.number(0, 5);
            const int64_t count = random.number(1, 4);
            transfer.loops.push_back({count, memory, buffer});
            memory *= count, buffer *= count;
        }
        std::vector<Draft> drafts;
        driver::emit(transfer, machine, {}, drafts);
        INFO("seed " << seed);
        CHECK(copies_of(drafts, spec::activation_word_bytes(machine)) == copies_of(transfer));
    }
}

TEST_CASE("Rows and counts longer than the fields become more commands") {
    spec::Machine machine = spec::find_machine("edge");
    machine.columns = 32;
    machine.weight_bits = 64;
    Transfer transfer;
    transfer.space = Space::weight;
    transfer.length = (int64_t{5} << 20) + 48;
    std::vector<Draft> drafts;
    driver::emit(transfer, machine, {}, drafts);
    CHECK(copies_of(drafts, spec::weight_word_bytes(machine)).size() == static_cast<size_t>(transfer.length));
    transfer.length = 4;
    transfer.loops = {{70000, 8, 16}};
    drafts.clear();
    driver::emit(transfer, machine, {}, drafts);
    CHECK(drafts.size() == 2);
    CHECK(copies_of(drafts, spec::weight_word_bytes(machine)) == copies_of(transfer));
}

TEST_CASE("Boxes visit every pass with a weight once, and no other, and planes follow each other") {
    const spec::Machine& machine = spec::find_machine("odd");
    for (int seed = 0; seed < 200; ++seed) {
        Random random(seed);
        RandomModelOptions options;
        options.greatest_channels = 40;
        Model model = random_model(random, options);
        for (Layer& layer : model.layers) {
            driver::FormatChoice format{&spec::find_format(layer.format), 1, ""};
            if (layer.greatest) continue;
            if (random.chance(50)) {
                spread_weights(random, layer);
                format = {&spec::find_format("ternary"), formats::plane_count(layer.weight), ""};
            }
            const driver::Geometry g = driver::make_geometry(model, layer, machine, format,
                                                             driver::can_fold_x(layer) && random.chance(50), false);
            const driver::PassTable table(g);
            const int capacity = random.number(1, 6);
            for (int tile = 0; tile < g.column_tiles; ++tile) {
                std::set<std::array<int, 4>> visited;
                int64_t passes = 0;
                int plane = table.first_plane(tile);
                for (const auto& boxes : driver::split_boxes(table.boxes(tile, {0, g.groups}), capacity)) {
                    int64_t sum = 0;
                    for (const PassBox& box : boxes) {
                        sum += box.passes();
                        REQUIRE(box.plane == plane - box.triple);
                        plane = box.plane;
                        for (int i = 0; i < box.passes(); ++i) {
                            visited.insert({box.plane, box.ky + i / box.groups / box.columns,
                                            box.kx + i / box.groups % box.columns, box.group + i % box.groups});
                        }
                    }
                    CHECK(sum <= capacity);
                    passes += sum;
                }
                INFO("seed " << seed << " " << layer.name << " tile " << tile);
                CHECK(passes == table.passes(tile));
                CHECK(static_cast<int64_t>(visited.size()) == passes);
                CHECK((plane == 0 || passes == 0));
                CHECK(visited_weights(g, tile, visited) == all_weights(g, tile));
            }
        }
    }
}

namespace {

// A layer of two outputs on an input of 1x1 pixels and as many channels as there are weights for.
Model one_layer(const std::string& format, const std::vector<int8_t>& weight) {
    Model model;
    model.tensors = {{"in", 1, 1, static_cast<int>(weight.size()) / 2, 1.0f, 5}, {"out", 1, 1, 2, 1.0f, 0}};
    Layer layer;
    layer.name = "dense";
    layer.format = format;
    layer.weight = weight;
    layer.bias.assign(2, 0);
    layer.input = 0;
    layer.output = 1;
    model.layers = {layer};
    return model;
}

driver::FormatChoice choice_of(const Model& model, const spec::Machine& machine, const std::string& wanted = "") {
    return driver::choose_format(model, model.layers[0], machine, wanted);
}

std::string name_of(const driver::FormatChoice& choice) { return choice.format->name; }

}  // namespace

TEST_CASE("A machine whose formats hold neither the weights nor trits is named with the machines that can") {
    spec::Machine machine = spec::find_machine("tiny");
    const Model model = one_layer("int8", {-100, 7});
    CHECK(choice_of(model, machine).planes == 5);
    machine.formats = 0;
    CHECK_THROWS_WITH(choice_of(model, machine),
                      Catch::Contains("Layer 'dense' has weights from -100 to 7, which no number format of machine "
                                      "'tiny'") && Catch::Contains("choose one of the machines tiny, odd, edge"));
}

TEST_CASE("Of the formats that hold the weights the one with the most lanes runs, then the one of the least code") {
    spec::Machine machine = spec::find_machine("odd");
    const Model bits = one_layer("binary", {1, -1});
    CHECK(name_of(choice_of(bits, machine)) == "ternary");
    CHECK(name_of(choice_of(bits, machine, "binary")) == "binary");
    machine.activation_bits = 64;
    CHECK(name_of(choice_of(bits, machine)) == "binary");
    CHECK(name_of(choice_of(one_layer("shift", {1, -64}), machine)) == "shift");
    CHECK(name_of(choice_of(one_layer("shift", {1, -4}), machine)) == "int4");
    CHECK(name_of(choice_of(one_layer("palette", {1, -128}), machine)) == "palette");
    machine.formats &= ~(1u << spec::format_palette);
    CHECK(name_of(choice_of(one_layer("apot", {1, -96, 65, 0}), machine)) == "int8");
    machine.formats = 1u << spec::format_apot | 1u << spec::format_int4;
    CHECK(name_of(choice_of(one_layer("apot", {1, -128}), machine)) == "apot");
    const driver::FormatChoice planes = choice_of(one_layer("int8", {1, -127}), machine);
    CHECK(name_of(planes) == "int4");  // trits in the format with the most lanes
    CHECK(planes.planes == 6);
}

TEST_CASE("Each column tile has a table of its own, with a zero where there is room for one") {
    const spec::Machine& machine = spec::find_machine("odd");  // 5 columns
    Model model = one_layer("int8", {});
    model.tensors[1].channels = 7;
    model.tensors[0].channels = 12;
    Layer& layer = model.layers[0];
    layer.bias.assign(7, 0);
    for (int i = 0; i < 7 * 12; ++i) layer.weight.push_back(static_cast<int8_t>(i < 60 ? 40 + i % 15 : -5 - i % 16));
    driver::FormatChoice choice = choice_of(model, machine);
    CHECK(name_of(choice) == "palette");
    driver::Geometry geometry = driver::make_geometry(model, layer, machine, choice, false, false);
    CHECK_FALSE(geometry.annuls);  // the second tile has sixteen
    CHECK(driver::table_of(geometry, 0).size() == 15);
    CHECK(driver::table_of(geometry, 1).front() == -20);
    std::vector<uint8_t> bytes;
    driver::pack_table(geometry, 0, bytes);
    CHECK(bytes.size() == 16);
    CHECK((bytes[0] == 40 && bytes[14] == 54 && bytes[15] == 0));
    for (int i = 60; i < 84; ++i) layer.weight[static_cast<size_t>(i)] = static_cast<int8_t>(-i % 15);
    geometry = driver::make_geometry(model, layer, machine, choice, false, false);
    CHECK(geometry.annuls);
    CHECK(driver::table_of(geometry, 0).front() == 0);
    CHECK(driver::table_of(geometry, 0).size() == 16);
    CHECK(driver::table_of(geometry, 1) == std::vector<int8_t>{-14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2,
                                                               -1, 0});
    layer.weight[59] = 126;
    layer.weight[58] = 125;
    CHECK(name_of(choice_of(model, machine)) == "int8");  // the first tile has seventeen
}

TEST_CASE("A format without a zero runs what leaves nothing out, and else says why not") {
    spec::Machine machine = spec::find_machine("odd");
    machine.formats = 1u << spec::format_binary;
    Model model = one_layer("binary", {1, -1, 1, 1, 1, -1});
    CHECK(name_of(choice_of(model, machine)) == "binary");
    model.tensors[0].channels = 2;
    Layer& layer = model.layers[0];
    layer.weight = {1, -1};
    layer.groups = 2;
    CHECK(name_of(choice_of(model, machine)) == "binary");  // on the window engine
    machine.window_channels = 0;
    CHECK_THROWS_WITH(choice_of(model, machine),
                      Catch::Contains("has 2 groups, which the number format of machine 'odd' that holds its weights, "
                                      "binary, cannot leave out") && Catch::Contains("tiny, odd"));
    // 1 channel of 12, 11 bytes beyond it, and padding of 5s all around: only folded kernels run.
    model.tensors[0] = {"in", 4, 4, 1, 1.0f, 5};
    model.tensors[1] = {"out", 4, 4, 2, 1.0f, 0};
    layer.groups = 1;
    layer.window = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    layer.weight.assign(18, 1);
    const driver::FormatChoice choice = choice_of(model, machine);
    CHECK_FALSE(driver::make_geometry(model, layer, machine, choice, false, false).is_exact());
    CHECK_FALSE(driver::make_geometry(model, layer, machine, choice, true, false).is_exact());
    CHECK(driver::make_geometry(model, layer, machine, choice, true, true).is_exact());
    layer.window.dilation_x = 2;  // now x cannot be folded
    model.tensors[1].width = 2;
    CHECK_THROWS_WITH(choice_of(model, machine), Catch::Contains("has padding that is not zero, which"));
    model.tensors[0].zero_point = 0;
    CHECK(name_of(choice_of(model, machine)) == "binary");
    CHECK_THROWS_WITH(choice_of(one_layer("adder", {1, 2}), machine),
                      Catch::Contains("needs the number format adder, and machine 'odd' has binary; choose one of the "
                                      "machines odd, edge-adder, edge-all."));
}

TEST_CASE("Tensors alive at the same time never share memory") {
    for (int seed = 0; seed < 200; ++seed) {
        Random random(seed);
        RandomModelOptions options;
        options.layers = 8;
        const Model model = random_model(random, options);
        std::vector<driver::TensorPlace> places;
        const int64_t end = driver::place_tensors(model, 4096, random.chance(20), places);
        std::set<int> alive{model.input.tensor};
        for (size_t i = 0; i < model.layers.size(); ++i) {
            alive.insert(model.layers[i].output);
            for (const int a : alive) {
                CHECK(places[a].address % driver::tensor_alignment == 0);
                CHECK(places[a].address + places[a].bytes() <= end);
                for (const int b : alive) {
                    const bool apart = places[a].address + places[a].bytes() <= places[b].address ||
                                       places[b].address + places[b].bytes() <= places[a].address;
                    CHECK((a == b || apart));
                }
            }
            std::erase_if(alive, [&](int tensor) {
                bool needed = tensor == model.input.tensor || tensor == model.output.tensor;
                for (size_t j = i + 1; j < model.layers.size(); ++j) {
                    needed = needed || model.layers[j].input == tensor || model.layers[j].residual == tensor;
                }
                return !needed;
            });
        }
    }
}

TEST_CASE("The nearest word is suggested, if it is near") {
    const std::vector<std::string> words{"--images", "--labels", "--machine"};
    CHECK(driver::nearest("--imaegs", words) == "--images");
    CHECK(driver::nearest("--machin", words) == "--machine");
    CHECK(driver::nearest("--quite-different", words) == "");
}

TEST_CASE("Tables align their columns") {
    driver::Table table;
    table.column("name");
    table.column("cycles", driver::Align::right);
    table.row({"a", "1"});
    table.row({"longer", driver::with_commas(1234567)});
    CHECK(table.text() == "name       cycles\na               1\nlonger  1,234,567\n");
    CHECK(driver::with_commas(999) == "999");
    CHECK(driver::with_commas(1000) == "1,000");
}

}  // namespace napier::test
