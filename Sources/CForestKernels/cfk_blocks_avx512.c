// SPDX-License-Identifier: Apache-2.0
//
// Node-parallel scoring with AVX-512. A block's nodes are all decided by three instructions:
// vpermb picks each node's byte of the row, vpcmpub compares it with the node's cut, and the mask
// holds every decision. Walking is arithmetic on the mask, 16 trees (or rows) at a time and two
// instructions a level: shifting the mask left by the heap index brings the node's decision to the
// top bit, and vpshldd shifts it into the index. Nothing is gathered but the leaf values.
#include "CForestKernels.h"
#include "cfk_descend.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TIER "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,gfni,bmi2"
#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum { TOP_BYTES = 128, BOTTOM_BYTES = 64, BOTTOMS_BYTES = 2048, TREE_VALUES = 1024 };
enum { FLAT_BYTES = 128, FLAT_VALUES = 64 };

typedef struct {
    __m512i part[4];
} row_bytes;

INLINE row_bytes load_row(const uint8_t *row, unsigned vectors) {
    row_bytes bytes;
    for (unsigned v = 0; v < vectors; v++) bytes.part[v] = _mm512_loadu_si512(row + v * 64);
    return bytes;
}

// The byte of every slot in index.
INLINE __m512i pick(const row_bytes *row, __m512i index, unsigned vectors) {
    if (vectors == 1) return _mm512_permutexvar_epi8(index, row->part[0]);
    const __m512i low = _mm512_permutex2var_epi8(row->part[0], index, row->part[1]);
    if (vectors == 2) return low;
    const __m512i high = _mm512_permutex2var_epi8(row->part[2], index, row->part[3]);
    return _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(index), high);
}

INLINE uint64_t decide(const row_bytes *row, __m512i slots, __m512i cuts, unsigned vectors) {
    return _mm512_cmpgt_epu8_mask(pick(row, slots, vectors), cuts);
}

INLINE __m512i join(const uint8_t *low, const uint8_t *high) {
    const __m256i half = _mm256_loadu_si256((const __m256i *)low);
    return _mm512_inserti64x4(_mm512_castsi256_si512(half),
                              _mm256_loadu_si256((const __m256i *)high), 1);
}

// Five levels down from the root: heap indices 32 to 63.
INLINE __m512i walk5(__m512i masks) {
    __m512i index = _mm512_set1_epi32(1);
    for (int level = 0; level < 5; level++) {
        index = _mm512_shldi_epi32(index, _mm512_sllv_epi32(masks, index), 1);
    }
    return index;
}

// Six levels down: heap indices 64 to 127.
INLINE __m512i walk6(__m512i masks) {
    __m512i index = _mm512_set1_epi64(1);
    for (int level = 0; level < 6; level++) {
        index = _mm512_shldi_epi64(index, _mm512_sllv_epi64(masks, index), 1);
    }
    return index;
}

INLINE const uint8_t *bottom(const cfk_block_forest *forest, size_t tree, uint32_t top_index) {
    return forest->bottoms + tree * BOTTOMS_BYTES + (size_t)(top_index - 32) * BOTTOM_BYTES;
}

// Where the value of a leaf stands: tree * 1024 + 32 * top leaf + bottom leaf.
INLINE __m512i value_index(__m512i tree_base, __m512i top, __m512i low) {
    const __m512i path = _mm512_add_epi32(_mm512_slli_epi32(top, 5), low);
    return _mm512_add_epi32(tree_base, _mm512_sub_epi32(path, _mm512_set1_epi32(32 * 32 + 32)));
}

INLINE __m512i lanes16(void) {
    return _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

// Keeps an array in memory: left alone, the compiler rebuilds vectors from scalars with three
// times the instructions of a store and a load.
INLINE void pin(const void *array) { __asm__ volatile("" : : "r"(array) : "memory"); }

// Adds values one by one: the order is the result.
INLINE float add_in_order(float sum, const float *values, const uint32_t *places, size_t count) {
    for (size_t i = 0; i < count; i++) sum += values[places[i]];
    return sum;
}

// The same where a place may lead to deeper blocks.
static float add_deep(const cfk_block_forest *forest, const uint8_t *bytes, float sum,
                      size_t first, const uint32_t *places, size_t count) {
    float found[32];
    for (size_t i = 0; i < count; i++) {
        found[i] = forest->values[cfk_descend(forest, bytes, first + places[i])];
    }
    for (size_t i = 0; i < count; i++) sum += found[i];
    return sum;
}

// MARK: one row

// Trees of one row that are under way together: two vectors of lanes, so that one computes while
// the other waits for its decisions to come back from memory.
enum { ROW_TREES = 32 };

INLINE float row_narrow(const cfk_block_forest *forest, const uint8_t *bytes,
                        const row_bytes *row, float sum, unsigned vectors) {
    for (size_t tree = 0; tree < forest->tree_count; tree += ROW_TREES) {
        uint64_t masks[ROW_TREES / 2];
        uint32_t tops[ROW_TREES];
        uint32_t places[ROW_TREES];
        const uint8_t *block = forest->tops + tree / 2 * TOP_BYTES;
#pragma clang loop unroll(full)
        for (int pair = 0; pair < ROW_TREES / 2; pair++, block += TOP_BYTES) {
            masks[pair] = decide(row, _mm512_load_si512(block), _mm512_load_si512(block + 64),
                                 vectors);
        }
        pin(masks);
        const __m512i top_a = walk5(_mm512_loadu_si512(masks));
        const __m512i top_b = walk5(_mm512_loadu_si512(masks + 8));
        _mm512_storeu_si512(tops, top_a);
        _mm512_storeu_si512(tops + 16, top_b);
        pin(tops);
#pragma clang loop unroll(full)
        for (int pair = 0; pair < ROW_TREES / 2; pair++) {
            const uint8_t *a = bottom(forest, tree + 2 * pair, tops[2 * pair]);
            const uint8_t *b = bottom(forest, tree + 2 * pair + 1, tops[2 * pair + 1]);
            masks[pair] = decide(row, join(a, b), join(a + 32, b + 32), vectors);
        }
        pin(masks);
        const __m512i low_a = walk5(_mm512_loadu_si512(masks));
        const __m512i low_b = walk5(_mm512_loadu_si512(masks + 8));
        const __m512i base = _mm512_slli_epi32(lanes16(), 10);
        const __m512i next = _mm512_add_epi32(base, _mm512_set1_epi32(16 * TREE_VALUES));
        _mm512_storeu_si512(places, value_index(base, top_a, low_a));
        _mm512_storeu_si512(places + 16, value_index(next, top_b, low_b));
        pin(places);
        const float *values = forest->values + tree * TREE_VALUES;
        const size_t left = forest->real_tree_count - tree;
        if (forest->links) {
            const size_t count = left < ROW_TREES ? left : ROW_TREES;
            sum = add_deep(forest, bytes, sum, tree * TREE_VALUES, places, count);
            continue;
        }
        sum = left >= ROW_TREES ? add_in_order(sum, values, places, ROW_TREES)
                                : add_in_order(sum, values, places, left);
    }
    return sum;
}

INLINE float row_flat(const cfk_block_forest *forest, const row_bytes *row, float sum,
                      unsigned vectors) {
    const __m512i lane = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i base =
        _mm512_sub_epi64(_mm512_slli_epi64(lane, 6), _mm512_set1_epi64(FLAT_VALUES));
    for (size_t tree = 0; tree < forest->tree_count; tree += 8) {
        uint64_t masks[8];
        uint32_t places[8];
        const uint8_t *block = forest->tops + tree * FLAT_BYTES;
#pragma clang loop unroll(full)
        for (int i = 0; i < 8; i++, block += FLAT_BYTES) {
            masks[i] = decide(row, _mm512_load_si512(block), _mm512_load_si512(block + 64),
                              vectors);
        }
        pin(masks);
        const __m512i index = _mm512_add_epi64(base, walk6(_mm512_loadu_si512(masks)));
        _mm256_storeu_si256((__m256i *)places, _mm512_cvtepi64_epi32(index));
        pin(places);
        if (tree >= forest->real_tree_count) break;
        const float *values = forest->values + tree * FLAT_VALUES;
        const size_t left = forest->real_tree_count - tree;
        sum = left >= 8 ? add_in_order(sum, values, places, 8)
                        : add_in_order(sum, values, places, left);
    }
    return sum;
}

INLINE float score_row(const cfk_block_forest *forest, const uint8_t *bytes, float sum,
                       unsigned vectors) {
    const row_bytes row = load_row(bytes, vectors);
    return forest->is_flat ? row_flat(forest, &row, sum, vectors)
                           : row_narrow(forest, bytes, &row, sum, vectors);
}

void cfk_score_blocks_row_avx512(const cfk_block_forest *forest, const uint8_t *rows,
                                 size_t row_stride, size_t row_count, float *margins) {
    for (size_t r = 0; r < row_count; r++) {
        const uint8_t *row = rows + r * row_stride;
        switch (forest->slot_vectors) {
        case 1: margins[r] = score_row(forest, row, margins[r], 1); break;
        case 2: margins[r] = score_row(forest, row, margins[r], 2); break;
        default: margins[r] = score_row(forest, row, margins[r], 4); break;
        }
    }
}

// MARK: sixteen rows

// Halves of 16 double masks: the decisions of two trees.
INLINE void split(const uint64_t *masks, __m512i *first, __m512i *second) {
    const __m512i low = _mm512_loadu_si512(masks);
    const __m512i high = _mm512_loadu_si512(masks + 8);
    const __m512i even = _mm512_slli_epi32(lanes16(), 1);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    *first = _mm512_permutex2var_epi32(low, even, high);
    *second = _mm512_permutex2var_epi32(low, odd, high);
}

INLINE __m512 rows_narrow(const cfk_block_forest *forest, const row_bytes *rows, __m512 sums,
                          unsigned vectors) {
    for (size_t tree = 0; tree < forest->real_tree_count; tree += 2) {
        uint64_t masks[16];
        uint32_t tops[2][16];
        const uint8_t *block = forest->tops + tree / 2 * TOP_BYTES;
        const __m512i slots = _mm512_load_si512(block);
        const __m512i cuts = _mm512_load_si512(block + 64);
#pragma clang loop unroll(full)
        for (int r = 0; r < 16; r++) masks[r] = decide(&rows[r], slots, cuts, vectors);
        __m512i first, second;
        pin(masks);
        split(masks, &first, &second);
        const __m512i top_a = walk5(first), top_b = walk5(second);
        _mm512_storeu_si512(tops[0], top_a);
        _mm512_storeu_si512(tops[1], top_b);
        pin(tops);
#pragma clang loop unroll(full)
        for (int r = 0; r < 16; r++) {
            const uint8_t *a = bottom(forest, tree, tops[0][r]);
            const uint8_t *b = bottom(forest, tree + 1, tops[1][r]);
            masks[r] = decide(&rows[r], join(a, b), join(a + 32, b + 32), vectors);
        }
        pin(masks);
        split(masks, &first, &second);
        const float *values = forest->values + tree * TREE_VALUES;
        const __m512i a = value_index(_mm512_setzero_si512(), top_a, walk5(first));
        const __m512i b = value_index(_mm512_set1_epi32(TREE_VALUES), top_b, walk5(second));
        sums = _mm512_add_ps(sums, _mm512_i32gather_ps(a, values, 4));
        if (tree + 1 < forest->real_tree_count) {
            sums = _mm512_add_ps(sums, _mm512_i32gather_ps(b, values, 4));
        }
    }
    return sums;
}

INLINE __m512 rows_flat(const cfk_block_forest *forest, const row_bytes *rows, __m512 sums,
                        unsigned vectors) {
    const __m512i base = _mm512_set1_epi64(FLAT_VALUES);
    for (size_t tree = 0; tree < forest->real_tree_count; tree++) {
        uint64_t masks[16];
        const uint8_t *block = forest->tops + tree * FLAT_BYTES;
        const __m512i slots = _mm512_load_si512(block);
        const __m512i cuts = _mm512_load_si512(block + 64);
#pragma clang loop unroll(full)
        for (int r = 0; r < 16; r++) masks[r] = decide(&rows[r], slots, cuts, vectors);
        pin(masks);
        const __m512i low = _mm512_sub_epi64(walk6(_mm512_loadu_si512(masks)), base);
        const __m512i high = _mm512_sub_epi64(walk6(_mm512_loadu_si512(masks + 8)), base);
        const __m512i index = _mm512_inserti64x4(
            _mm512_castsi256_si512(_mm512_cvtepi64_epi32(low)), _mm512_cvtepi64_epi32(high), 1);
        const float *values = forest->values + tree * FLAT_VALUES;
        sums = _mm512_add_ps(sums, _mm512_i32gather_ps(index, values, 4));
    }
    return sums;
}

INLINE void score_rows(const cfk_block_forest *forest, const uint8_t *bytes, size_t row_stride,
                       size_t row_count, float *margins, unsigned vectors) {
    for (size_t row = 0; row < row_count; row += 16) {
        const size_t left = row_count - row;
        const __mmask16 lanes = left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
        row_bytes rows[16];
        for (size_t r = 0; r < 16; r++) rows[r] = load_row(bytes + (row + r) * row_stride, vectors);
        const __m512 sums = _mm512_maskz_loadu_ps(lanes, margins + row);
        const __m512 result = forest->is_flat ? rows_flat(forest, rows, sums, vectors)
                                              : rows_narrow(forest, rows, sums, vectors);
        _mm512_mask_storeu_ps(margins + row, lanes, result);
    }
}

void cfk_score_blocks_rows_avx512(const cfk_block_forest *forest, const uint8_t *rows,
                                  size_t row_stride, size_t row_count, float *margins) {
    switch (forest->slot_vectors) {
    case 1: score_rows(forest, rows, row_stride, row_count, margins, 1); break;
    case 2: score_rows(forest, rows, row_stride, row_count, margins, 2); break;
    default: score_rows(forest, rows, row_stride, row_count, margins, 4); break;
    }
}

#pragma clang attribute pop

#endif
