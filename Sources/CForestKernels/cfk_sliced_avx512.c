// SPDX-License-Identifier: Apache-2.0
//
// Bit-sliced scoring: a vector holds one bit of each of 512 rows. Every distinct condition is one
// vector; a tree turns them into the bits (planes) of each row's leaf code; codes become values by
// table lookup and are added in tree order.
//
//   planes -> bytes   8x8 transpose of bits: vpermb gathers the bytes of 8 planes, gf2p8affineqb
//                     with the identity transposes each 8x8 square
//   codes -> values   four byte planes of 128 values, vpermi2b; more codes in chunks, chosen by
//                     planes 7 to 9, which are masks already
//   bytes -> floats   interleaved within 128-bit lanes; the row order is restored once at the end
#include "CForestKernels.h"

#include <string.h>

#if defined(__x86_64__)

#include <immintrin.h>

#define TIER "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,gfni,bmi2"
#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum { VECTOR = 64, GROUPS = 8, CHUNK_BYTES = 512, TILE_TREES = 8 };

void cfk_conditions_avx512(const cfk_condition *conditions, size_t count, const uint8_t *bytes,
                           size_t stride, uint8_t *vectors) {
    size_t first = 0;
    while (first < count) {
        // Conditions are sorted by slot: its 512 bytes are loaded once.
        const uint16_t slot = conditions[first].slot;
        __m512i rows[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            rows[g] = _mm512_loadu_si512(bytes + slot * stride + (size_t)g * VECTOR);
        }
        for (; first < count && conditions[first].slot == slot; first++) {
            const __m512i cut = _mm512_set1_epi8((char)conditions[first].cut);
            uint64_t *target = (uint64_t *)(void *)(vectors + first * VECTOR);
#pragma clang loop unroll(full)
            for (int g = 0; g < GROUPS; g++) {
                target[g] = _mm512_cmpgt_epu8_mask(rows[g], cut);
            }
        }
    }
}

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

// Where byte i of plane j goes: byte 7 - j of word i, as gf2p8affineqb counts rows downwards.
static const uint8_t byte_order[64] = {
    56, 48, 40, 32, 24, 16, 8,  0, 57, 49, 41, 33, 25, 17, 9,  1, 58, 50, 42, 34, 26, 18,
    10, 2,  59, 51, 43, 35, 27, 19, 11, 3,  60, 52, 44, 36, 28, 20, 12, 4,  61, 53, 45, 37,
    29, 21, 13, 5,  62, 54, 46, 38, 30, 22, 14, 6,  63, 55, 47, 39, 31, 23, 15, 7};

// One code byte a row, for each group of 64 rows.
INLINE void codes_of(const uint8_t *planes, unsigned plane_count, __m512i *codes) {
    for (unsigned j = 0; j < 8; j++) {
        codes[j] = j < plane_count ? _mm512_load_si512(planes + j * VECTOR)
                                   : _mm512_setzero_si512();
    }
    transpose_words(codes);
    const __m512i order = _mm512_loadu_si512(byte_order);
    const __m512i identity = _mm512_set1_epi64((long long)0x8040201008040201ull);
    for (int g = 0; g < GROUPS; g++) {
        const __m512i squares = _mm512_permutexvar_epi8(order, codes[g]);
        codes[g] = _mm512_gf2p8affine_epi64_epi8(identity, squares, 0);
    }
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
    const __m512i low01 = _mm512_unpacklo_epi8(bytes[0], bytes[1]);
    const __m512i high01 = _mm512_unpackhi_epi8(bytes[0], bytes[1]);
    const __m512i low23 = _mm512_unpacklo_epi8(bytes[2], bytes[3]);
    const __m512i high23 = _mm512_unpackhi_epi8(bytes[2], bytes[3]);
    const __m512i words[4] = {
        _mm512_unpacklo_epi16(low01, low23), _mm512_unpackhi_epi16(low01, low23),
        _mm512_unpacklo_epi16(high01, high23), _mm512_unpackhi_epi16(high01, high23)};
    for (int v = 0; v < 4; v++) {
        const __m512 sum = _mm512_load_ps(sums + v * 16);
        _mm512_store_ps(sums + v * 16, _mm512_add_ps(sum, _mm512_castsi512_ps(words[v])));
    }
}

// Keeps an array in memory, to be read back word by word.
INLINE void pin(const void *array) { __asm__ volatile("" : : "r"(array) : "memory"); }

// Adds the values of one tree's leaf codes to 512 sums.
static void add_leaves(const uint8_t *planes, const cfk_sliced_tree *tree, const uint8_t *tables,
                       float *sums) {
    __m512i codes[GROUPS];
    codes_of(planes, tree->plane_count, codes);
    uint64_t masks[8][GROUPS];
    if (tree->chunk_count > 1) {
        __m512i high[3];
        for (unsigned bit = 0; bit < 3; bit++) {
            high[bit] = bit + 7 < tree->plane_count
                            ? _mm512_load_si512(planes + (bit + 7) * VECTOR)
                            : _mm512_setzero_si512();
        }
        for (unsigned chunk = 1; chunk < tree->chunk_count; chunk++) {
            _mm512_storeu_si512(masks[chunk], chunk_rows(high, chunk));
        }
    }
    pin(masks);
    const uint8_t *first = tables + tree->table_offset;
    for (int g = 0; g < GROUPS; g += 4) {
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

typedef void (*tree_code)(const uint8_t *conditions, uint8_t *planes);

void cfk_score_sliced_code_avx512(const cfk_sliced_forest *forest, const uint8_t *conditions,
                                  size_t block_count, uint8_t *planes, float *sums) {
    for (size_t tile = 0; tile < forest->tree_count; tile += TILE_TREES) {
        const size_t left = forest->tree_count - tile;
        const size_t end = tile + (left < TILE_TREES ? left : TILE_TREES);
        for (size_t block = 0; block < block_count; block++) {
            for (size_t t = tile; t < end; t++) {
                const cfk_sliced_tree *tree = &forest->trees[t];
                const tree_code code = (tree_code)(uintptr_t)(forest->code + tree->code_offset);
                code(conditions + block * forest->condition_bytes, planes);
                add_leaves(planes, tree, forest->tables, sums + block * CFK_BLOCK_ROWS);
            }
        }
    }
}

void cfk_read_sums_avx512(const float *sums, size_t row_count, float *margins) {
    float ordered[CFK_BLOCK_ROWS];
    for (int g = 0; g < GROUPS; g++) {
        for (int lane = 0; lane < 4; lane++) {
            for (int v = 0; v < 4; v++) {
                memcpy(ordered + g * 64 + lane * 16 + v * 4, sums + g * 64 + v * 16 + lane * 4, 16);
            }
        }
    }
    memcpy(margins, ordered, row_count * sizeof(float));
}

#pragma clang attribute pop

#endif
