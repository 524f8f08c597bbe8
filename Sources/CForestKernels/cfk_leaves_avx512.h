// SPDX-License-Identifier: Apache-2.0
//
// The last steps of bit-sliced scoring: planes of leaf codes to values, added to sums.
//
//   planes -> bytes   8x8 transpose of bits: interleaving gathers the bytes of 8 planes,
//                     gf2p8affineqb with the identity transposes each 8x8 square
//   codes -> values   four byte planes of 128 values, vpermi2b; more codes in chunks, chosen by
//                     planes 7 to 9, which are masks already; or gathered, where that is faster
//   bytes -> floats   interleaved within 128-bit lanes; the row order is restored once at the end
#ifndef CFK_LEAVES_AVX512_H
#define CFK_LEAVES_AVX512_H

#include "cfk_planes.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

enum { CHUNK_BYTES = 512, HALF_GROUPS = GROUPS / 2 };

// One code byte a row. Group g holds the bits 128 i + 16 g + k: byte 16 i + k is that of k < 16 in
// the 128-bit lane i. The rows of half a block fill groups 0 to 3 (cfk_conditions_avx512.c). Planes from plane_count on are 0, and so are those from plane_limit on.
INLINE void codes_of(const uint8_t *planes, unsigned plane_count, unsigned plane_limit,
                     __m512i *codes) {
    __m512i one[8], two[8], four[8];
    // The highest plane first, as gf2p8affineqb counts rows downwards.
#pragma clang loop unroll(full)
    for (unsigned j = 0; j < 8; j++) {
        one[7 - j] = j < plane_limit && j < plane_count ? _mm512_load_si512(planes + j * VECTOR)
                                                        : _mm512_setzero_si512();
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        two[i] = _mm512_unpacklo_epi8(one[2 * i], one[2 * i + 1]);
        two[i + 4] = _mm512_unpackhi_epi8(one[2 * i], one[2 * i + 1]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        four[2 * i] = _mm512_unpacklo_epi16(two[2 * i], two[2 * i + 1]);
        four[2 * i + 1] = _mm512_unpackhi_epi16(two[2 * i], two[2 * i + 1]);
    }
    // four: 0, 2 are the low bytes 0-3 of the upper and lower planes, 1, 3 bytes 4-7, and so on.
    const __m512i identity = _mm512_set1_epi64((long long)0x8040201008040201ull);
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        const int upper = (i & 1) + (i & 2) * 2;
        codes[2 * i] = _mm512_unpacklo_epi32(four[upper], four[upper + 2]);
        codes[2 * i + 1] = _mm512_unpackhi_epi32(four[upper], four[upper + 2]);
    }
#pragma clang loop unroll(full)
    for (int g = 0; g < GROUPS; g++) {
        codes[g] = _mm512_gf2p8affine_epi64_epi8(identity, codes[g], 0);
    }
}

// Words of 16 rows of a plane, in the order of groups.
INLINE __m512i group_words(const uint8_t *plane) {
    static const uint16_t order[32] = {0, 8,  16, 24, 1, 9,  17, 25, 2, 10, 18, 26, 3, 11, 19, 27,
                                       4, 12, 20, 28, 5, 13, 21, 29, 6, 14, 22, 30, 7, 15, 23, 31};
    return _mm512_permutexvar_epi16(_mm512_loadu_si512(order), _mm512_load_si512(plane));
}

// Rows whose code lies in a chunk: planes 7 to 9 spell its number. A plane that is not there is 0.
INLINE __m512i chunk_rows(const __m512i *high_planes, unsigned chunk) {
    __m512i rows = _mm512_set1_epi64(-1);
    for (unsigned bit = 0; bit < 3; bit++) {
        const __m512i flip = _mm512_set1_epi64(chunk >> bit & 1 ? 0 : -1);
        // a & (b ^ c)
        rows = _mm512_ternarylogic_epi64(rows, high_planes[bit], flip, 0x60);
    }
    return rows;
}

INLINE void add_bytes(const __m512i *bytes, float *sums) {
    __m512 floats[4];
    join_bytes(bytes, floats);
    for (int v = 0; v < 4; v++) {
        const __m512 sum = _mm512_load_ps(sums + v * 16);
        _mm512_store_ps(sums + v * 16, _mm512_add_ps(sum, floats[v]));
    }
}

// Keeps an array in memory, to be read back word by word.
INLINE void pin(const void *array) { __asm__ volatile("" : : "r"(array) : "memory"); }

// Adds the values of one tree's leaf codes to the sums of some groups.
INLINE void add_leaves(const uint8_t *planes, const cfk_sliced_tree *tree, const uint8_t *tables,
                       int groups, float *sums) {
    __m512i codes[GROUPS];
    codes_of(planes, tree->plane_count, 8, codes);
    uint64_t masks[8][GROUPS];
    if (tree->chunk_count > 1) {
        __m512i high[3];
        for (unsigned bit = 0; bit < 3; bit++) {
            high[bit] = bit + 7 < tree->plane_count ? group_words(planes + (bit + 7) * VECTOR)
                                                    : _mm512_setzero_si512();
        }
        for (unsigned chunk = 1; chunk < tree->chunk_count; chunk++) {
            _mm512_storeu_si512(masks[chunk], chunk_rows(high, chunk));
        }
    }
    pin(masks);
    const uint8_t *first = tables + tree->table_offset;
    for (int g = 0; g < groups; g += HALF_GROUPS) {
        __m512i bytes[4][4];
#pragma clang loop unroll(full)
        for (int b = 0; b < 4; b++) {
            const uint8_t *table = first + b * 2 * VECTOR;
            const __m512i low = _mm512_load_si512(table);
            const __m512i high = _mm512_load_si512(table + VECTOR);
#pragma clang loop unroll(full)
            for (int i = 0; i < 4; i++) {
                bytes[i][b] = _mm512_permutex2var_epi8(low, codes[g + i], high);
            }
        }
        for (unsigned chunk = 1; chunk < tree->chunk_count; chunk++) {
#pragma clang loop unroll(full)
            for (int b = 0; b < 4; b++) {
                const uint8_t *table = first + chunk * CHUNK_BYTES + b * 2 * VECTOR;
                const __m512i low = _mm512_load_si512(table);
                const __m512i high = _mm512_load_si512(table + VECTOR);
#pragma clang loop unroll(full)
                for (int i = 0; i < 4; i++) {
                    const __m512i found = _mm512_permutex2var_epi8(low, codes[g + i], high);
                    bytes[i][b] = _mm512_mask_mov_epi8(bytes[i][b], masks[chunk][g + i], found);
                }
            }
        }
        for (int i = 0; i < 4; i++) add_bytes(bytes[i], sums + (g + i) * 64);
    }
}

// The same where the table holds floats by code.
INLINE void gather_leaves(const uint8_t *planes, const cfk_sliced_tree *tree,
                          const uint8_t *tables, int groups, float *sums) {
    const unsigned high_count = tree->plane_count > 8 ? tree->plane_count - 8u : 0;
    __m512i low[GROUPS], high[GROUPS];
    codes_of(planes, tree->plane_count, 8, low);
    codes_of(planes + 8 * VECTOR, high_count, 2, high);
    const float *values = (const float *)(const void *)(tables + tree->table_offset);
    const __m512i zero = _mm512_setzero_si512();
#pragma clang loop unroll(full)
    for (int g = 0; g < GROUPS; g++) {
        if (g == HALF_GROUPS && groups == HALF_GROUPS) return;
        const __m512i words[2] = {_mm512_unpacklo_epi8(low[g], high[g]),
                                  _mm512_unpackhi_epi8(low[g], high[g])};
#pragma clang loop unroll(full)
        for (int v = 0; v < 4; v++) {
            const __m512i codes = v % 2 == 0 ? _mm512_unpacklo_epi16(words[v / 2], zero)
                                             : _mm512_unpackhi_epi16(words[v / 2], zero);
            float *place = sums + g * 64 + v * 16;
            const __m512 found = _mm512_i32gather_ps(codes, values, sizeof(float));
            _mm512_store_ps(place, _mm512_add_ps(_mm512_load_ps(place), found));
        }
    }
}

// Trees of at most 64 codes, SMALL_TREES at a time: one vector holds a byte of all values of a
// tree, the tables of all stay in registers, and the sums are fetched once.
enum { SMALL_PLANES = 6, SMALL_TREES = 4 };

INLINE void add_small(const __m512i (*codes)[GROUPS], const cfk_sliced_tree *trees,
                      const uint8_t *tables, int groups, float *sums) {
    __m512i table[SMALL_TREES][4];
#pragma clang loop unroll(full)
    for (int t = 0; t < SMALL_TREES; t++) {
#pragma clang loop unroll(full)
        for (int b = 0; b < 4; b++) {
            table[t][b] = _mm512_load_si512(tables + trees[t].table_offset + b * 2 * VECTOR);
        }
    }
    for (int g = 0; g < groups; g++, sums += 64) {
        __m512 sum[4];
        for (int v = 0; v < 4; v++) sum[v] = _mm512_load_ps(sums + v * 16);
#pragma clang loop unroll(full)
        for (int t = 0; t < SMALL_TREES; t++) {
            __m512i bytes[4];
            __m512 floats[4];
#pragma clang loop unroll(full)
            for (int b = 0; b < 4; b++) {
                bytes[b] = _mm512_permutexvar_epi8(codes[t][g], table[t][b]);
            }
            join_bytes(bytes, floats);
            for (int v = 0; v < 4; v++) sum[v] = _mm512_add_ps(sum[v], floats[v]);
        }
        for (int v = 0; v < 4; v++) _mm512_store_ps(sums + v * 16, sum[v]);
    }
}

#pragma clang attribute pop

#endif

#endif
