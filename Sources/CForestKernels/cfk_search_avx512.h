// SPDX-License-Identifier: Apache-2.0
//
// A binary search for 64 or 128 values of a column at once. Level l asks one of 2^l keys; an entry
// holds the answers so far, bit l that of level l, so that it is the number of the next key, and a
// step is one masked OR. In the end the bits in reverse order are the rank.
//
//   levels 0 to 5   16 entries a vector; keys are picked as floats from one or two registers
//   levels 6 and 7  64 entries a vector; four planes of key bytes are picked and interleaved
//
// All vectors take a level before any takes the next: each waits for its pick, its comparison and
// its mask, and only what is near in program order can fill the gaps.
#ifndef CFK_SEARCH_AVX512_H
#define CFK_SEARCH_AVX512_H

#include "cfk_planes.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

enum { FLOAT_LEVELS = 6, PARTS_MAX = 8 };

// What a step adds to an entry, for each level of floats. The compiler does not know the values: of
// a masked operation with a constant it makes two instructions.
typedef struct {
    __m512i bit[FLOAT_LEVELS];
} search_bits;

INLINE search_bits make_bits(void) {
    search_bits bits;
#pragma clang loop unroll(full)
    for (int level = 0; level < FLOAT_LEVELS; level++) {
        bits.bit[level] = _mm512_set1_epi32(1 << level);
        __asm__("" : "+v"(bits.bit[level]));
    }
    return bits;
}

// One step of 16 entries of each part.
INLINE void float_step(const uint8_t *keys, unsigned level, __m512i bit, const __m512 *x,
                       __m512i *entries, int part_count) {
    const __m512 first = _mm512_load_ps(keys);
#pragma clang loop unroll(full)
    for (int part = 0; part < part_count; part++) {
        const __m512i entry = entries[part];
        __m512 key = first;
        if (level == 5) {
            key = _mm512_permutex2var_ps(first, entry, _mm512_load_ps(keys + VECTOR));
        } else if (level > 0) {
            key = _mm512_permutexvar_ps(entry, first);
        }
        const __mmask16 reached = _mm512_cmp_ps_mask(key, x[part], _CMP_LE_OQ);
        entries[part] = _mm512_mask_or_epi32(entry, reached, entry, bit);
    }
    // Keeps the levels in this order.
#pragma clang loop unroll(full)
    for (int part = 0; part < part_count; part++) __asm__ volatile("" : "+v"(entries[part]));
}

// One step of 64 entries, whose bytes lie as packs leave them: byte 16 i + 4 v + j is that of
// element 4 i + j of vector v, which is also how interleaving the planes of bytes lays out keys.
INLINE __m512i byte_step(const uint8_t *keys, unsigned level, const __m512 *x, __m512i entries) {
    __m512i planes[4];
#pragma clang loop unroll(full)
    for (int b = 0; b < 4; b++) {
        const uint8_t *bytes = keys + b * (level == 6 ? VECTOR : 2 * VECTOR);
        const __m512i first = _mm512_load_si512(bytes);
        planes[b] = level == 6 ? _mm512_permutexvar_epi8(entries, first)
                               : _mm512_permutex2var_epi8(first, entries,
                                                          _mm512_load_si512(bytes + VECTOR));
    }
    __m512 key[4];
    join_bytes(planes, key);
    uint64_t reached = 0;
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) {
        const __mmask16 elements = _mm512_cmp_ps_mask(key[v], x[v], _CMP_LE_OQ);
        reached |= _pdep_u64(elements, 0x000F000F000F000Full << (4 * v));
    }
    const __m512i bit = _mm512_set1_epi8((char)(1u << level));
    return _mm512_mask_blend_epi8(reached, entries, _mm512_or_si512(entries, bit));
}

// What gf2p8affineqb needs to turn the low bits of each byte into reverse order.
INLINE __m512i reversal(unsigned bit_count) {
    uint64_t matrix = 0;
    for (unsigned bit = 0; bit < bit_count; bit++) {
        matrix |= 1ull << (8 * (7 - bit) + bit_count - 1 - bit);
    }
    return _mm512_set1_epi64((long long)matrix);
}

// The ranks of 4 * group_count vectors of values, a byte each, in order.
INLINE void search(const uint8_t *table, const search_bits *bits, unsigned levels, const __m512 *x,
                   int group_count, __m512i *ranks) {
    __m512i entries[PARTS_MAX];
#pragma clang loop unroll(full)
    for (int part = 0; part < 4 * group_count; part++) entries[part] = _mm512_setzero_si512();
#pragma clang loop unroll(full)
    for (unsigned level = 0; level < FLOAT_LEVELS; level++) {
        if (level == levels) break;
        float_step(table + level * VECTOR, level, bits->bit[level], x, entries, 4 * group_count);
    }
#pragma clang loop unroll(full)
    for (int group = 0; group < group_count; group++) {
        const __m512i *parts = entries + 4 * group;
        __m512i bytes = _mm512_packus_epi16(_mm512_packus_epi32(parts[0], parts[1]),
                                            _mm512_packus_epi32(parts[2], parts[3]));
        if (levels > 6) bytes = byte_step(table + CFK_SEARCH_LEVEL6, 6, x + 4 * group, bytes);
        if (levels > 7) bytes = byte_step(table + CFK_SEARCH_LEVEL7, 7, x + 4 * group, bytes);
        const __m512i order =
            _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        ranks[group] = _mm512_gf2p8affine_epi64_epi8(_mm512_permutexvar_epi32(order, bytes),
                                                     reversal(levels), 0);
    }
}

#pragma clang attribute pop

#endif

#endif
