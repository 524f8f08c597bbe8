// SPDX-License-Identifier: Apache-2.0
//
// The logistic link of cfk_link.c for 16 margins at a time. The exponential is the C library's:
// its steps in its order, contracted as it is built for processors with fused multiply-add, in
// double precision (S. Nagy, ARM Optimized Routines, expf; the GNU C library 2.27 to 2.40). All
// 2^32 floats gave the same bits; libraries with another expf are told apart when the program
// starts (`LogisticLink.swift`).
#include "cfk_avx512.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

// 2^(i / 32) as doubles, less i in units of the 48th bit: what adding i to that place makes up for.
static const uint64_t powers[32] = {
    0x3ff0000000000000, 0x3fefd9b0d3158574, 0x3fefb5586cf9890f, 0x3fef9301d0125b51,
    0x3fef72b83c7d517b, 0x3fef54873168b9aa, 0x3fef387a6e756238, 0x3fef1e9df51fdee1,
    0x3fef06fe0a31b715, 0x3feef1a7373aa9cb, 0x3feedea64c123422, 0x3feece086061892d,
    0x3feebfdad5362a27, 0x3feeb42b569d4f82, 0x3feeab07dd485429, 0x3feea47eb03a5585,
    0x3feea09e667f3bcd, 0x3fee9f75e8ec5f74, 0x3feea11473eb0187, 0x3feea589994cce13,
    0x3feeace5422aa0db, 0x3feeb737b0cdc5e5, 0x3feec49182a3f090, 0x3feed503b23e255d,
    0x3feee89f995ad3ad, 0x3feeff76f2fb5e47, 0x3fef199bdd85529c, 0x3fef3720dcef9069,
    0x3fef5818dcfba487, 0x3fef7c97337b9b5f, 0x3fefa4afa2a490da, 0x3fefd0765b6e4540,
};

// 2^(k / 32).
INLINE __m512d power(__m512i k) {
    const __m512i low = _mm512_permutex2var_epi64(_mm512_loadu_si512(powers), k,
                                                  _mm512_loadu_si512(powers + 8));
    const __m512i high = _mm512_permutex2var_epi64(_mm512_loadu_si512(powers + 16), k,
                                                   _mm512_loadu_si512(powers + 24));
    const __mmask8 upper = _mm512_test_epi64_mask(k, _mm512_set1_epi64(16));
    const __m512i entry = _mm512_mask_mov_epi64(low, upper, high);
    return _mm512_castsi512_pd(_mm512_add_epi64(entry, _mm512_slli_epi64(k, 47)));
}

// exp(x) for |x| < 88: x = (k + rest) ln 2 / 32, and a cubic for the rest.
INLINE __m256 exponential(__m256 x) {
    const __m512d wide = _mm512_cvtps_pd(x);
    const __m512d scale = _mm512_set1_pd(0x1.71547652b82fep+0 * 32);
    // Adding it leaves the nearest whole number in the lowest bits.
    const __m512d shift = _mm512_set1_pd(0x1.8p+52);
    const __m512d shifted = _mm512_fmadd_pd(scale, wide, shift);
    const __m512d rest = _mm512_fmsub_pd(scale, wide, _mm512_sub_pd(shifted, shift));
    const __m512d cubic = _mm512_fmadd_pd(rest, _mm512_set1_pd(0x1.c6af84b912394p-5 / 32768),
                                          _mm512_set1_pd(0x1.ebfce50fac4f3p-3 / 1024));
    const __m512d linear =
        _mm512_fmadd_pd(rest, _mm512_set1_pd(0x1.62e42ff0c52d6p-1 / 32), _mm512_set1_pd(1));
    const __m512d sum = _mm512_fmadd_pd(cubic, _mm512_mul_pd(rest, rest), linear);
    return _mm512_cvtpd_ps(_mm512_mul_pd(sum, power(_mm512_castpd_si512(shifted))));
}

void cfk_sigmoid_all_avx512(float *values, size_t count) {
    const __m512 one = _mm512_set1_ps(1);
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const __m512 margins = _mm512_loadu_ps(values + i);
        // Beyond, the exponential clamps, overflows or is no number: rare, and left to C.
        const __mmask16 plain =
            _mm512_cmp_ps_mask(_mm512_abs_ps(margins), _mm512_set1_ps(88), _CMP_LT_OQ);
        if (plain != 0xFFFF) {
            cfk_sigmoid_all(values + i, 16);
            continue;
        }
        const __m512 x = _mm512_xor_ps(margins, _mm512_set1_ps(-0.0f));
        const __m256 low = exponential(_mm512_castps512_ps256(x));
        const __m256 high = exponential(_mm512_extractf32x8_ps(x, 1));
        const __m512 powers_of_e = _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
        const __m512 denominator =
            _mm512_add_ps(_mm512_add_ps(powers_of_e, one), _mm512_set1_ps(1e-16f));
        _mm512_storeu_ps(values + i, _mm512_div_ps(one, denominator));
    }
    cfk_sigmoid_all(values + i, count - i);
}

#pragma clang attribute pop

#endif
