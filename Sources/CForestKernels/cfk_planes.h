// SPDX-License-Identifier: Apache-2.0
//
// What the two steps of bit-sliced scoring share: vectors of one bit for each of 512 rows.
#ifndef CFK_PLANES_H
#define CFK_PLANES_H

#include "cfk_avx512.h"

#if defined(__x86_64__)

enum { VECTOR = 64, GROUPS = 8 };

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

// Turns eight vectors of eight words into each other's columns.
INLINE void transpose_words(__m512i *v) {
    __m512i a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = _mm512_unpacklo_epi64(v[i], v[i + 1]);
        a[i + 1] = _mm512_unpackhi_epi64(v[i], v[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int j = 0; j < 2; j++) {
            b[i + j] = _mm512_shuffle_i64x2(a[i + j], a[i + 2 + j], 0x88);
            b[i + 2 + j] = _mm512_shuffle_i64x2(a[i + j], a[i + 2 + j], 0xDD);
        }
    }
    for (int j = 0; j < 4; j++) {
        v[j] = _mm512_shuffle_i64x2(b[j], b[j + 4], 0x88);
        v[j + 4] = _mm512_shuffle_i64x2(b[j], b[j + 4], 0xDD);
    }
}

#pragma clang attribute pop

#endif

#endif
