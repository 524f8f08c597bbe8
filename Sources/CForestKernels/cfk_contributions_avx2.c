// SPDX-License-Identifier: Apache-2.0
//
// Contributions eight rows at a time with AVX2.
#include "CForestKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

typedef __m256 VECTOR;
typedef int32_t INTEGERS __attribute__((vector_size(32)));
typedef __m256 MASK;
#define LANES 8
#define CONTRIBUTE cfk_contribute_avx2

INLINE MASK lanes_of(uint64_t bits) {
    const __m256i places = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i low = _mm256_set1_epi32((int)(bits & 255));
    return _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(low, places), places));
}

INLINE VECTOR pick(MASK mask, VECTOR yes, VECTOR no) { return _mm256_blendv_ps(no, yes, mask); }
INLINE VECTOR all(float value) { return _mm256_set1_ps(value); }
INLINE VECTOR factored(VECTOR sum, MASK left, float plus, MASK right, float minus) {
    return sum * pick(left, all(plus), _mm256_and_ps(right, all(minus)));
}
INLINE INTEGERS rounded(VECTOR vector) { return (INTEGERS)_mm256_cvtps_epi32(vector); }

#include "cfk_contributions.h"

#pragma clang attribute pop

#endif
