// SPDX-License-Identifier: Apache-2.0
//
// Contributions four rows at a time, in Clang's own vectors: they compile for every processor.
#include "CForestKernels.h"

#define INLINE static inline __attribute__((always_inline))

typedef float VECTOR __attribute__((vector_size(16)));
typedef int32_t INTEGERS __attribute__((vector_size(16)));
typedef INTEGERS MASK;
#define LANES 4
#define CONTRIBUTE cfk_contribute_portable

INLINE MASK lanes_of(uint64_t bits) {
    const INTEGERS places = {1, 2, 4, 8};
    const int32_t low = (int32_t)(bits & 15);
    return ((INTEGERS){low, low, low, low} & places) == places;
}

INLINE VECTOR pick(MASK mask, VECTOR yes, VECTOR no) {
    return (VECTOR)((mask & (INTEGERS)yes) | (~mask & (INTEGERS)no));
}

INLINE VECTOR all(float value) { return (VECTOR){value, value, value, value}; }
INLINE VECTOR factored(VECTOR sum, MASK left, float plus, MASK right, float minus) {
    return sum * pick(left, all(plus), pick(right, all(minus), all(0)));
}

#if defined(__x86_64__)

#include <immintrin.h>

INLINE INTEGERS rounded(VECTOR vector) { return (INTEGERS)_mm_cvtps_epi32((__m128)vector); }

#elif defined(__aarch64__)

#include <arm_neon.h>

INLINE INTEGERS rounded(VECTOR vector) { return (INTEGERS)vcvtnq_s32_f32((float32x4_t)vector); }

#else

#include <math.h>

INLINE INTEGERS rounded(VECTOR vector) {
    return (INTEGERS){(int32_t)lrintf(vector[0]), (int32_t)lrintf(vector[1]),
                      (int32_t)lrintf(vector[2]), (int32_t)lrintf(vector[3])};
}

#endif

#include "cfk_contributions.h"

void cfk_condition_words(const cfk_condition *conditions, size_t count, const uint8_t *bytes,
                         size_t stride, size_t row_count, uint64_t *words) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *rows = bytes + conditions[i].slot * stride;
        const uint8_t cut = conditions[i].cut;
        uint64_t word = 0;
        for (size_t row = 0; row < row_count; row++) {
            word |= (uint64_t)(rows[row] <= cut) << row;
        }
        words[i] = word;
    }
}
