// SPDX-License-Identifier: Apache-2.0
//
// Contributions sixteen rows at a time with AVX-512.
#include "cfk_avx512.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

typedef __m512 VECTOR;
typedef int32_t INTEGERS __attribute__((vector_size(64)));
typedef __mmask16 MASK;
#define LANES 16
#define CONTRIBUTE cfk_contribute_avx512

INLINE MASK lanes_of(uint64_t bits) { return (__mmask16)bits; }
INLINE VECTOR pick(MASK mask, VECTOR yes, VECTOR no) { return _mm512_mask_blend_ps(mask, no, yes); }
INLINE VECTOR all(float value) { return _mm512_set1_ps(value); }
INLINE VECTOR factored(VECTOR sum, MASK left, float plus, MASK right, float minus) {
    return _mm512_mask_mul_ps(_mm512_maskz_mul_ps(left, sum, all(plus)), right, sum, all(minus));
}
INLINE INTEGERS rounded(VECTOR vector) { return (INTEGERS)_mm512_cvtps_epi32(vector); }

#include "cfk_contributions.h"

void cfk_condition_words_avx512(const cfk_condition *conditions, size_t count,
                                const uint8_t *bytes, size_t stride, uint64_t *words) {
    for (size_t i = 0; i < count; i++) {
        const __m512i rows = _mm512_loadu_si512(bytes + conditions[i].slot * stride);
        words[i] = _mm512_cmple_epu8_mask(rows, _mm512_set1_epi8((char)conditions[i].cut));
    }
}

#pragma clang attribute pop

#endif
