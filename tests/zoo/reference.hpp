#pragma once
// Multiply-accumulates and parameters of the networks, counted from their published descriptions: the authors' Caffe
// files (SqueezeNext, SqueezeNet, AlexNet, MobileNet v1), darknet's configuration, the papers' tables (MobileNet v3,
// EfficientNet, ResNet, LeViT, ViT, DeiT) and the published configurations of the language models (BitNet b1.58,
// MatMul-free, MobileLLM). Of the language models but MobileLLM, one block.

#include <cstdint>

namespace napier::test {

struct Reference {
    const char* name;
    int64_t weighted_products;    // by weights
    int64_t activation_products;  // of two activations
    int64_t parameters;
    int64_t folded_parameters;    // with every normalization of channels as one bias a channel
};

inline constexpr Reference references[] = {
    {"sqnxt23-v1", 277'999'808, 0, 717'280, 711'504},
    {"sqnxt23-v2", 224'916'480, 0, 733'664, 727'888},
    {"sqnxt23-v3", 224'916'480, 0, 747'840, 741'888},
    {"sqnxt23-v4", 224'916'480, 0, 762'016, 755'888},
    {"sqnxt23-v5", 224'916'480, 0, 930'016, 922'832},
    {"sqnxt23-1.5-v1", 472'270'784, 0, 1'406'384, 1'397'816},
    {"sqnxt23-2.0-v1", 742'070'464, 0, 2'361'728, 2'350'368},
    {"sqnxt23-2.0-v4", 702'592'000, 0, 2'555'136, 2'543'072},
    {"sqnxt23-2.0-v5", 702'592'000, 0, 3'222'912, 3'208'736},
    {"squeezenet-1.0", 861'339'936, 0, 1'248'424, 1'248'424},
    {"squeezenet-1.0-unpadded", 832'667'936, 0, 1'248'424, 1'248'424},
    {"squeezenet-1.0-224", 847'596'576, 0, 1'248'424, 1'248'424},
    {"squeezenet-1.1", 387'747'520, 0, 1'235'496, 1'235'496},
    {"squeezenet-1.1-224", 349'151'936, 0, 1'235'496, 1'235'496},
    {"alexnet", 724'406'816, 0, 60'965'224, 60'965'224},
    {"tiny-darknet", 491'524'096, 0, 1'042'104, 1'039'912},
    {"mobilenet-v1", 568'740'352, 0, 4'231'976, 4'221'032},
    {"mobilenet-v3-large", 216'589'760, 0, 5'483'032, 5'470'832},
    {"mobilenet-v3-small", 56'510'400, 0, 2'542'856, 2'536'800},
    {"efficientnet-b0", 385'814'752, 0, 5'288'548, 5'267'540},
    {"resnet18", 1'814'073'344, 0, 11'689'512, 11'684'712},
    {"resnet20", 40'551'040, 0, 269'722, 269'034},
    {"levit-128s", 280'291'328, 24'369'504, 7'777'058, 7'757'234},
    {"vit-ti16", 1'074'851'328, 178'831'872, 5'717'416, 5'717'416},
    {"deit-s", 4'241'218'560, 357'663'744, 22'050'664, 22'050'664},
    {"bitnet-700m-prefill", 14'495'514'624, 805'306'368, 28'320'256, 28'320'256},
    {"bitnet-700m-decode", 28'311'552, 6'291'456, 28'320'256, 28'320'256},
    {"bitnet-1.3b-prefill", 25'765'609'472, 1'073'741'824, 50'335'060, 50'335'060},
    {"bitnet-1.3b-decode", 50'323'456, 8'388'608, 50'335'060, 50'335'060},
    {"bitnet-3b-prefill", 63'438'848'000, 1'677'721'600, 123'922'240, 123'922'240},
    {"bitnet-3b-decode", 123'904'000, 13'107'200, 123'922'240, 123'922'240},
    {"bitnet-2b4t-prefill", 35'567'697'920, 1'342'177'280, 69'482'752, 69'482'752},
    {"bitnet-2b4t-decode", 69'468'160, 10'485'760, 69'482'752, 69'482'752},
    {"mmfree-370m-prefill", 6'576'668'672, 0, 12'856'064, 12'856'064},
    {"mmfree-370m-decode", 12'845'056, 0, 12'856'064, 12'856'064},
    {"mmfree-1.3b-prefill", 26'306'674'688, 0, 51'402'240, 51'402'240},
    {"mmfree-1.3b-decode", 51'380'224, 0, 51'402'240, 51'402'240},
    {"mmfree-2.7b-prefill", 40'600'862'720, 0, 79'325'952, 79'325'952},
    {"mmfree-2.7b-decode", 79'298'560, 0, 79'325'952, 79'325'952},
    {"mobilellm-125m-prefill", 54'376'611'840, 9'059'696'640, 124'635'456, 124'635'456},
    {"mobilellm-125m-decode", 124'600'320, 70'778'880, 124'635'456, 124'635'456},
};

}  // namespace napier::test
