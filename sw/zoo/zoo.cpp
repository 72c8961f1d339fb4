#include "sw/zoo/zoo.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/io/file.hpp"
#include "sw/zoo/families.hpp"

namespace napier::zoo {

namespace {

constexpr int64_t prompt = 512, one_token = 1;
constexpr int64_t image_opset = 20, language_opset = 23;  // the first with Gelu; with RMSNormalization

constexpr Language bitnet_700m{1536, 16, 16, 4096, true, "Silu"};
constexpr Language bitnet_1b{2048, 32, 32, 5460, true, "Silu"};
constexpr Language bitnet_3b{3200, 32, 32, 8640, true, "Silu"};
constexpr Language bitnet_2b4t{2560, 20, 5, 6912, true, "SquaredRelu"};

constexpr Entry all[] = {
    {"sqnxt23-v1", "SqueezeNext 1.0-23", image_opset, [](Builder& b) { squeezenext(b, 1, 2); }},
    {"sqnxt23-v2", "SqueezeNext 1.0-23 v2", image_opset, [](Builder& b) { squeezenext(b, 2, 2); }},
    {"sqnxt23-v3", "SqueezeNext 1.0-23 v3", image_opset, [](Builder& b) { squeezenext(b, 3, 2); }},
    {"sqnxt23-v4", "SqueezeNext 1.0-23 v4", image_opset, [](Builder& b) { squeezenext(b, 4, 2); }},
    {"sqnxt23-v5", "SqueezeNext 1.0-23 v5", image_opset, [](Builder& b) { squeezenext(b, 5, 2); }},
    {"sqnxt23-1.5-v1", "SqueezeNext 1.5-23", image_opset, [](Builder& b) { squeezenext(b, 1, 3); }},
    {"sqnxt23-2.0-v1", "SqueezeNext 2.0-23", image_opset, [](Builder& b) { squeezenext(b, 1, 4); }},
    {"sqnxt23-2.0-v4", "SqueezeNext 2.0-23 v4", image_opset, [](Builder& b) { squeezenext(b, 4, 4); }},
    {"sqnxt23-2.0-v5", "SqueezeNext 2.0-23 v5", image_opset, [](Builder& b) { squeezenext(b, 5, 4); }},
    {"squeezenet-1.0", "SqueezeNet 1.0, 227x227", image_opset, [](Builder& b) { squeezenet(b, 0, 227, true); }},
    {"squeezenet-1.0-unpadded", "SqueezeNet 1.0, 227x227, conv10 without padding", image_opset,
     [](Builder& b) { squeezenet(b, 0, 227, false); }},
    {"squeezenet-1.0-224", "SqueezeNet 1.0, 224x224", image_opset, [](Builder& b) { squeezenet(b, 0, 224, true); }},
    {"squeezenet-1.1", "SqueezeNet 1.1, 227x227", image_opset, [](Builder& b) { squeezenet(b, 1, 227, false); }},
    {"squeezenet-1.1-224", "SqueezeNet 1.1, 224x224", image_opset, [](Builder& b) { squeezenet(b, 1, 224, false); }},
    {"alexnet", "AlexNet, Caffe's form with two groups", image_opset, alexnet},
    {"tiny-darknet", "Tiny Darknet", image_opset, tiny_darknet},
    {"mobilenet-v1", "MobileNet v1, width 1", image_opset, mobilenet_v1},
    {"mobilenet-v3-large", "MobileNet v3 large", image_opset, mobilenet_v3_large},
    {"mobilenet-v3-small", "MobileNet v3 small", image_opset, mobilenet_v3_small},
    {"efficientnet-b0", "EfficientNet-B0", image_opset, efficientnet_b0},
    {"resnet18", "ResNet-18", image_opset, resnet18},
    {"resnet20", "ResNet-20 for 32x32 images", image_opset, resnet20},
    {"levit-128s", "LeViT-128S", image_opset, [](Builder& b) { levit(b, levit_128s); }},
    {"vit-ti16", "ViT-Ti/16", image_opset, [](Builder& b) { vision_transformer(b, {192, 3}); }},
    {"deit-s", "DeiT-S", image_opset, [](Builder& b) { vision_transformer(b, {384, 6}); }},
    {"bitnet-700m-prefill", "BitNet b1.58 700M, one block, 512 tokens", language_opset,
     [](Builder& b) { language_block(b, bitnet_700m, prompt); }},
    {"bitnet-700m-decode", "BitNet b1.58 700M, one block, token 2,048", language_opset,
     [](Builder& b) { language_block(b, bitnet_700m, one_token); }},
    {"bitnet-1.3b-prefill", "BitNet b1.58 1.3B, one block, 512 tokens", language_opset,
     [](Builder& b) { language_block(b, bitnet_1b, prompt); }},
    {"bitnet-1.3b-decode", "BitNet b1.58 1.3B, one block, token 2,048", language_opset,
     [](Builder& b) { language_block(b, bitnet_1b, one_token); }},
    {"bitnet-3b-prefill", "BitNet b1.58 3B, one block, 512 tokens", language_opset,
     [](Builder& b) { language_block(b, bitnet_3b, prompt); }},
    {"bitnet-3b-decode", "BitNet b1.58 3B, one block, token 2,048", language_opset,
     [](Builder& b) { language_block(b, bitnet_3b, one_token); }},
    {"bitnet-2b4t-prefill", "BitNet b1.58 2B4T, one block, 512 tokens", language_opset,
     [](Builder& b) { language_block(b, bitnet_2b4t, prompt); }},
    {"bitnet-2b4t-decode", "BitNet b1.58 2B4T, one block, token 2,048", language_opset,
     [](Builder& b) { language_block(b, bitnet_2b4t, one_token); }},
    {"mmfree-370m-prefill", "MatMul-free 370M, one block, 512 tokens", language_opset,
     [](Builder& b) { matmul_free_block(b, 1024, 2816, prompt); }},
    {"mmfree-370m-decode", "MatMul-free 370M, one block, one token", language_opset,
     [](Builder& b) { matmul_free_block(b, 1024, 2816, one_token); }},
    {"mmfree-1.3b-prefill", "MatMul-free 1.3B, one block, 512 tokens", language_opset,
     [](Builder& b) { matmul_free_block(b, 2048, 5632, prompt); }},
    {"mmfree-1.3b-decode", "MatMul-free 1.3B, one block, one token", language_opset,
     [](Builder& b) { matmul_free_block(b, 2048, 5632, one_token); }},
    {"mmfree-2.7b-prefill", "MatMul-free 2.7B, one block, 512 tokens", language_opset,
     [](Builder& b) { matmul_free_block(b, 2560, 6912, prompt); }},
    {"mmfree-2.7b-decode", "MatMul-free 2.7B, one block, one token", language_opset,
     [](Builder& b) { matmul_free_block(b, 2560, 6912, one_token); }},
    {"mobilellm-125m-prefill", "MobileLLM-125M, 512 tokens", language_opset,
     [](Builder& b) { language_model(b, mobilellm_125m, prompt); }},
    {"mobilellm-125m-decode", "MobileLLM-125M, token 2,048", language_opset,
     [](Builder& b) { language_model(b, mobilellm_125m, one_token); }},
};

}  // namespace

std::span<const Entry> entries() { return all; }

const Entry& find_entry(const std::string& name) {
    const auto* found = std::find_if(std::begin(all), std::end(all), [&](const Entry& e) { return e.name == name; });
    if (found == std::end(all)) {
        throw Error(ErrorKind::usage, fmt::format("there is no network '{}' in the zoo; see napier zoo list", name));
    }
    return *found;
}

Network build(const Entry& entry, Style style, uint64_t seed, Reduction reduction) {
    Builder builder(entry.name, style, seed, entry.opset, reduction);
    entry.build(builder);
    return std::move(builder).finish();
}

void write_network(const Network& network, const std::string& path,
                   const std::function<void(size_t, size_t)>& written) {
    io::FileWriter file(path);
    quantize::write_graph(network.graph, network.tensors, [&](std::span<const uint8_t> bytes) { file.write(bytes); },
                          written);
    file.finish();
}

}  // namespace napier::zoo
