#include "sim/array/dot.hpp"

#include <immintrin.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "sw/base/error.hpp"

namespace napier::sim {

namespace {

// 0, 1, 2, 4 ... 64, by exponent.
constexpr int16_t powers[] = {0, 1, 2, 4, 8, 16, 32, 64};

}  // namespace

int16_t weight_value(const spec::Format& format, uint32_t code) {
    switch (format.code) {
        case spec::format_int8:
        case spec::format_adder: return static_cast<int8_t>(code);
        case spec::format_int4: return static_cast<int16_t>((code ^ 8) - 8);
        case spec::format_binary: return static_cast<int16_t>(1 - 2 * static_cast<int>(code));
        case spec::format_shift: return static_cast<int16_t>(powers[code & 7] * (1 - static_cast<int>(code >> 3) * 2));
        case spec::format_apot: {
            const int both = powers[code >> 4 & 7] + powers[code & 7];
            return static_cast<int16_t>(code < 128 ? both : -both);
        }
        case spec::format_ternary:
            if ((code & 1) == 0) return 0;
            return (code & 2) == 0 ? 1 : -1;
        default:
            throw Error(ErrorKind::unsupported, std::string("The simulator does not know the format ") + format.name +
                                                    "; add it to sim/array/dot.cpp.");
    }
}

namespace {

using spec::Operation;
using enum spec::Operation;

constexpr int most_bytes = 256;  // of a vector: an activation word
constexpr int block = 16;        // columns
constexpr int together = 4;      // vectors that share a load of weights

// The bytes of some vectors as 16-bit numbers, in pairs.
struct Wide {
    alignas(64) int16_t bytes[together][most_bytes + 2];

    void fill(const DotPass& pass, int first, int count) {
        for (int v = 0; v < count; ++v) {
            const int8_t* from = pass.vectors[first + v];
            int i = 0;
            for (; i + 16 <= pass.length; i += 16) {
                const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i));
                __m128i* to = reinterpret_cast<__m128i*>(bytes[v] + i);
                _mm_storeu_si128(to, _mm_srai_epi16(_mm_unpacklo_epi8(x, x), 8));
                _mm_storeu_si128(to + 1, _mm_srai_epi16(_mm_unpackhi_epi8(x, x), 8));
            }
            for (; i < pass.length; ++i) bytes[v][i] = from[i];
            bytes[v][pass.length] = 0;
        }
    }
    int32_t pair(int v, int index) const {
        int32_t both;
        std::memcpy(&both, &bytes[v][2 * index], sizeof both);
        return both;
    }
};

template <Operation operation>
void run_sse2(const DotPass& pass) {
    Wide wide;
    for (int v = 0; v < pass.count; ++v) {
        wide.fill(pass, v, 1);
        for (int column = 0; column < pass.stride; column += block) {
            __m128i* sums = reinterpret_cast<__m128i*>(pass.sums + v * pass.stride + column);
            __m128i sum[4];
            for (int i = 0; i < 4; ++i) sum[i] = pass.overwrite ? _mm_setzero_si128() : _mm_loadu_si128(sums + i);
            for (int k = 0; 2 * k < pass.length; ++k) {
                const __m128i pair = _mm_set1_epi32(wide.pair(0, k));
                const __m128i* weights =
                    reinterpret_cast<const __m128i*>(pass.weights + (k * pass.stride + column) * 2);
                for (int i = 0; i < 4; ++i) {
                    __m128i left = pair, right = _mm_loadu_si128(weights + i);
                    if constexpr (operation == distance) {
                        left = _mm_max_epi16(_mm_sub_epi16(pair, right), _mm_sub_epi16(right, pair));
                        right = _mm_set1_epi16(-1);
                    }
                    sum[i] = _mm_add_epi32(sum[i], _mm_madd_epi16(left, right));
                }
            }
            for (int i = 0; i < 4; ++i) _mm_storeu_si128(sums + i, sum[i]);
        }
    }
}

template <Operation operation>
[[gnu::target("avx2")]] void run_avx2(const DotPass& pass) {
    Wide wide;
    for (int first = 0; first < pass.count; first += together) {
        const int count = std::min(together, pass.count - first);
        wide.fill(pass, first, count);
        for (int column = 0; column < pass.stride; column += block) {
            __m256i sum[together][2];
            for (int v = 0; v < count; ++v) {
                const __m256i* sums = reinterpret_cast<const __m256i*>(pass.sums + (first + v) * pass.stride + column);
                for (int i = 0; i < 2; ++i) {
                    sum[v][i] = pass.overwrite ? _mm256_setzero_si256() : _mm256_loadu_si256(sums + i);
                }
            }
            for (int v = count; v < together; ++v) sum[v][0] = sum[v][1] = _mm256_setzero_si256();
            for (int k = 0; 2 * k < pass.length; ++k) {
                const __m256i* weights =
                    reinterpret_cast<const __m256i*>(pass.weights + (k * pass.stride + column) * 2);
                for (int v = 0; v < together; ++v) {
                    const __m256i pair = _mm256_set1_epi32(wide.pair(v, k));
                    for (int i = 0; i < 2; ++i) {
                        __m256i left = pair, right = _mm256_loadu_si256(weights + i);
                        if constexpr (operation == distance) {
                            left = _mm256_abs_epi16(_mm256_sub_epi16(pair, right));
                            right = _mm256_set1_epi16(-1);
                        }
                        sum[v][i] = _mm256_add_epi32(sum[v][i], _mm256_madd_epi16(left, right));
                    }
                }
            }
            for (int v = 0; v < count; ++v) {
                __m256i* sums = reinterpret_cast<__m256i*>(pass.sums + (first + v) * pass.stride + column);
                for (int i = 0; i < 2; ++i) _mm256_storeu_si256(sums + i, sum[v][i]);
            }
        }
    }
}

template <Operation operation>
[[gnu::target("avx512f,avx512bw,avx512vnni")]] void run_vnni(const DotPass& pass) {
    Wide wide;
    for (int first = 0; first < pass.count; first += together) {
        const int count = std::min(together, pass.count - first);
        wide.fill(pass, first, count);
        for (int column = 0; column < pass.stride; column += block) {
            __m512i sum[together];
            for (int v = 0; v < together; ++v) {
                const bool keep = v < count && !pass.overwrite;
                sum[v] = keep ? _mm512_loadu_si512(pass.sums + (first + v) * pass.stride + column)
                              : _mm512_setzero_si512();
            }
            for (int k = 0; 2 * k < pass.length; ++k) {
                const __m512i weights = _mm512_loadu_si512(pass.weights + (k * pass.stride + column) * 2);
                for (int v = 0; v < together; ++v) {
                    __m512i left = _mm512_set1_epi32(wide.pair(v, k)), right = weights;
                    if constexpr (operation == distance) {
                        left = _mm512_abs_epi16(_mm512_sub_epi16(left, right));
                        right = _mm512_set1_epi16(-1);
                    }
                    sum[v] = _mm512_dpwssd_epi32(sum[v], left, right);
                }
            }
            for (int v = 0; v < count; ++v) _mm512_storeu_si512(pass.sums + (first + v) * pass.stride + column, sum[v]);
        }
    }
}

template <void (*of_products)(const DotPass&), void (*of_distances)(const DotPass&)>
void choose(const DotPass& pass) {
    switch (pass.operation) {
        case product: return of_products(pass);
        case distance: return of_distances(pass);
    }
}

}  // namespace

std::vector<DotKernel> dot_kernels() {
    __builtin_cpu_init();
    std::vector<DotKernel> kernels;
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni")) {
        kernels.push_back({"vnni", choose<run_vnni<product>, run_vnni<distance>>});
    }
    if (__builtin_cpu_supports("avx2")) kernels.push_back({"avx2", choose<run_avx2<product>, run_avx2<distance>>});
    kernels.push_back({"sse2", choose<run_sse2<product>, run_sse2<distance>>});
    return kernels;
}

void dot_pass(const DotPass& pass) {
    static const DotKernel kernel = dot_kernels().front();
    kernel.run(pass);
}

}  // namespace napier::sim
