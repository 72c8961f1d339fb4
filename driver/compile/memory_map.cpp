#include "driver/compile/memory_map.hpp"

#include <algorithm>

namespace napier::driver {
namespace {

// Layers from the one that writes a tensor (-1: the host) to the last that reads it, and its bytes.
struct Life {
    int first = -1, last = -1;
    int64_t begin = 0, end = 0;
};

// The tensor in whose memory it stands.
int owner_of(const TensorUses& uses, int tensor) {
    const int owner = uses.view_of.empty() ? -1 : uses.view_of[tensor];
    return owner < 0 ? tensor : owner;
}

std::vector<Life> lives_of(const TensorUses& uses, size_t tensors) {
    std::vector<Life> lives(tensors);
    const int count = static_cast<int>(uses.layers.size());
    for (int i = 0; i < count; ++i) {
        const TensorUses::Layer& layer = uses.layers[i];
        if (lives[layer.output].first < 0) lives[layer.output].first = i;  // of several parts
        lives[layer.output].last = std::max(lives[layer.output].last, i);
        for (const int read : {layer.input, layer.residual, layer.factor, layer.operand, layer.second,
                               layer.initial}) {
            if (read >= 0) lives[owner_of(uses, read)].last = i;
        }
    }
    lives[uses.input] = {-1, count};
    for (const int input : uses.more_inputs) lives[input] = {-1, count};
    lives[uses.output].last = count;
    return lives;
}

// Lowest aligned address from base on where `bytes` overlap none of the tensors placed and alive at the same time.
int64_t find_gap(const std::vector<Life>& placed, const Life& life, int64_t bytes, int64_t base) {
    int64_t address = base;
    for (bool moved = true; moved;) {
        moved = false;
        for (const Life& other : placed) {
            const bool together = other.first <= life.last && life.first <= other.last;
            if (!together || other.end <= address || address + bytes <= other.begin) continue;
            address = (other.end + tensor_alignment - 1) / tensor_alignment * tensor_alignment;
            moved = true;
        }
    }
    return address;
}

}  // namespace

int64_t place_tensors(const TensorUses& uses, int64_t base, bool keep, std::vector<TensorPlace>& places) {
    std::vector<Life> lives = lives_of(uses, places.size());
    std::vector<Life> placed;
    int64_t end = base;
    const int last = static_cast<int>(uses.layers.size());
    for (size_t i = 0; i < places.size(); ++i) {
        TensorPlace& place = places[i];
        const int owner = owner_of(uses, static_cast<int>(i));
        if (place.pitch > 0) continue;  // a part stands in its whole
        if (std::count(uses.constants.begin(), uses.constants.end(), static_cast<int>(i)) > 0) {
            place.kept = true;
            continue;
        }
        if (owner != static_cast<int>(i)) {
            place.address = places[owner].address;
            place.kept = places[owner].kept;
            continue;
        }
        Life life = lives[i];
        if (keep) life = {-1, last, 0, 0};
        place.kept = life.last == last;
        life.begin = find_gap(placed, life, place.bytes(), base);
        life.end = life.begin + place.bytes();
        place.address = static_cast<uint32_t>(life.begin);
        placed.push_back(life);
        end = std::max(end, life.end);
    }
    return end;
}

int64_t place_tensors(const Model& model, int64_t base, bool keep, std::vector<TensorPlace>& places) {
    const auto whole_of = [&](int tensor) {
        const int whole = model.tensors[size_t(tensor)].whole;
        return whole < 0 ? tensor : whole;
    };
    TensorUses uses{{}, whole_of(model.input.tensor), whole_of(model.output.tensor), {}, {}};
    for (const Port& port : model.more_inputs) uses.more_inputs.push_back(whole_of(port.tensor));
    for (const Layer& layer : model.layers) {
        const int operand = layer.operand.words >= 0 ? layer.operand.words : layer.operand.tensor;
        uses.layers.push_back({layer.input, whole_of(layer.output), layer.residual, layer.factor, operand,
                               layer.host.second, layer.host.initial});
    }
    for (const ConstantTensor& constant : model.constants) uses.constants.push_back(constant.tensor);
    for (const Tensor& tensor : model.tensors) uses.view_of.push_back(tensor.view_of);
    for (const Tensor& tensor : model.tensors) {
        places.push_back({tensor.name, tensor.height, tensor.width, tensor.channels, 0, false, tensor.one_bit, "int8",
                          tensor.scale, tensor.zero_point});
        if (tensor.whole >= 0) places.back().pitch = model.tensors[size_t(tensor.whole)].channels;
    }
    const int64_t end = place_tensors(uses, base, keep, places);
    for (size_t i = 0; i < model.tensors.size(); ++i) {
        const Tensor& tensor = model.tensors[i];
        if (tensor.whole < 0) continue;
        const TensorPlace& whole = places[size_t(tensor.whole)];
        places[i].address = whole.address + static_cast<uint32_t>(tensor.first_channel) +
                            static_cast<uint32_t>(tensor.first_pixel) * static_cast<uint32_t>(whole.channels);
        places[i].kept = whole.kept;
    }
    return end;
}

}  // namespace napier::driver
