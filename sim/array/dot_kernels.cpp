// The kernels of sim/array/dot.hpp for the processor's vector instructions.

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "sim/array/dot.hpp"

namespace napier::sim {

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

// The products of eight one-bit channels in a byte add up to 8 - 2*n = 2 * (4 - n), n the number of bits that differ,
// counted in pairs, fours and the byte: 4 - n.
__m128i four_less_bits_sse2(__m128i bits) {
    const __m128i ones = _mm_set1_epi16(0x55), twos = _mm_set1_epi16(0x33), fours = _mm_set1_epi16(0x0f);
    bits = _mm_and_si128(bits, _mm_set1_epi16(0xff));
    bits = _mm_sub_epi16(bits, _mm_and_si128(_mm_srli_epi16(bits, 1), ones));
    bits = _mm_add_epi16(_mm_and_si128(bits, twos), _mm_and_si128(_mm_srli_epi16(bits, 2), twos));
    bits = _mm_and_si128(_mm_add_epi16(bits, _mm_srli_epi16(bits, 4)), fours);
    return _mm_sub_epi16(_mm_set1_epi16(4), bits);
}

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
                    if constexpr (operation == match) {
                        left = four_less_bits_sse2(_mm_xor_si128(pair, right));
                        right = _mm_set1_epi16(2);
                    }
                    sum[i] = _mm_add_epi32(sum[i], _mm_madd_epi16(left, right));
                }
            }
            for (int i = 0; i < 4; ++i) _mm_storeu_si128(sums + i, sum[i]);
        }
    }
}

[[gnu::target("avx2")]] __m256i four_less_bits_avx2(__m256i bits) {
    const __m256i ones = _mm256_set1_epi16(0x55), twos = _mm256_set1_epi16(0x33), fours = _mm256_set1_epi16(0x0f);
    bits = _mm256_and_si256(bits, _mm256_set1_epi16(0xff));
    bits = _mm256_sub_epi16(bits, _mm256_and_si256(_mm256_srli_epi16(bits, 1), ones));
    bits = _mm256_add_epi16(_mm256_and_si256(bits, twos), _mm256_and_si256(_mm256_srli_epi16(bits, 2), twos));
    bits = _mm256_and_si256(_mm256_add_epi16(bits, _mm256_srli_epi16(bits, 4)), fours);
    return _mm256_sub_epi16(_mm256_set1_epi16(4), bits);
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
                        if constexpr (operation == match) {
                            left = four_less_bits_avx2(_mm256_xor_si256(pair, right));
                            right = _mm256_set1_epi16(2);
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

[[gnu::target("avx512f,avx512bw,avx512vnni")]] __m512i four_less_bits_vnni(__m512i bits) {
    const __m512i ones = _mm512_set1_epi16(0x55), twos = _mm512_set1_epi16(0x33), fours = _mm512_set1_epi16(0x0f);
    bits = _mm512_and_si512(bits, _mm512_set1_epi16(0xff));
    bits = _mm512_sub_epi16(bits, _mm512_and_si512(_mm512_srli_epi16(bits, 1), ones));
    bits = _mm512_add_epi16(_mm512_and_si512(bits, twos), _mm512_and_si512(_mm512_srli_epi16(bits, 2), twos));
    bits = _mm512_and_si512(_mm512_add_epi16(bits, _mm512_srli_epi16(bits, 4)), fours);
    return _mm512_sub_epi16(_mm512_set1_epi16(4), bits);
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
                    if constexpr (operation == match) {
                        left = four_less_bits_vnni(_mm512_xor_si512(left, right));
                        right = _mm512_set1_epi16(2);
                    }
                    sum[v] = _mm512_dpwssd_epi32(sum[v], left, right);
                }
            }
            for (int v = 0; v < count; ++v) _mm512_storeu_si512(pass.sums + (first + v) * pass.stride + column, sum[v]);
        }
    }
}

// One of three functions, by the operation.
template <auto of_products, auto of_distances, auto of_matches>
void choose(const DotPass& pass) {
    switch (pass.operation) {
        case product: return of_products(pass);
        case distance: return of_distances(pass);
        case match: return of_matches(pass);
    }
}

constexpr auto dot_sse2 = choose<run_sse2<product>, run_sse2<distance>, run_sse2<match>>;
constexpr auto dot_avx2 = choose<run_avx2<product>, run_avx2<distance>, run_avx2<match>>;
constexpr auto dot_vnni = choose<run_vnni<product>, run_vnni<distance>, run_vnni<match>>;

}  // namespace

std::vector<DotKernel> dot_kernels() {
    __builtin_cpu_init();
    std::vector<DotKernel> kernels;
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni")) {
        kernels.push_back({"vnni", dot_vnni});
    }
    if (__builtin_cpu_supports("avx2")) kernels.push_back({"avx2", dot_avx2});
    kernels.push_back({"sse2", dot_sse2});
    return kernels;
}

void dot_pass(const DotPass& pass) {
    static const DotKernel kernel = dot_kernels().front();
    kernel.run(pass);
}

}  // namespace napier::sim
