// SPDX-License-Identifier: Apache-2.0
//
// What the steps of bit-sliced scoring share: planes of one bit or of one byte of many values.
#ifndef CFK_PLANES_H
#define CFK_PLANES_H

#include "cfk_avx512.h"

#if defined(__x86_64__)

enum { VECTOR = 64, GROUPS = 8 };

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

// Four byte planes of 64 values as floats: byte 16 i + 4 v + j is that of element 4 i + j of
// vector v.
INLINE void join_bytes(const __m512i *bytes, __m512 *floats) {
    const __m512i low01 = _mm512_unpacklo_epi8(bytes[0], bytes[1]);
    const __m512i high01 = _mm512_unpackhi_epi8(bytes[0], bytes[1]);
    const __m512i low23 = _mm512_unpacklo_epi8(bytes[2], bytes[3]);
    const __m512i high23 = _mm512_unpackhi_epi8(bytes[2], bytes[3]);
    floats[0] = _mm512_castsi512_ps(_mm512_unpacklo_epi16(low01, low23));
    floats[1] = _mm512_castsi512_ps(_mm512_unpackhi_epi16(low01, low23));
    floats[2] = _mm512_castsi512_ps(_mm512_unpacklo_epi16(high01, high23));
    floats[3] = _mm512_castsi512_ps(_mm512_unpackhi_epi16(high01, high23));
}

#pragma clang attribute pop

#endif

#endif
