// SPDX-License-Identifier: Apache-2.0
//
// Node-parallel scoring with AVX2: as with AVX-512, also in its turns, but 32 nodes, eight trees
// and one row at a time. A byte is picked by one vpshufb for every 16 slots of the row.
#include "CForestKernels.h"
#include "cfk_descend.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,bmi2"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

// Rows that go through the same eight trees, one after the other; turns between the stages of a
// walk; walks that are under way between two stages.
enum { TILE_ROWS = 16, LAG = 2, RING = 4 };

typedef struct {
    __m256i table[4];
} row_tables;

INLINE row_tables load_row(const uint8_t *row, int tables) {
    row_tables loaded;
    for (int t = 0; t < tables; t++) {
        loaded.table[t] =
            _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(row + t * 16)));
    }
    return loaded;
}

// Bits 0 to 3 of an index pick a byte of every table; bits 4 and 5, shifted to where a blend looks,
// choose the table.
INLINE __m256i pick(const row_tables *row, __m256i index, int tables) {
    const __m256i bit4 = _mm256_slli_epi16(index, 3);
    const __m256i low = _mm256_blendv_epi8(_mm256_shuffle_epi8(row->table[0], index),
                                           _mm256_shuffle_epi8(row->table[1], index), bit4);
    if (tables == 2) return low;
    const __m256i high = _mm256_blendv_epi8(_mm256_shuffle_epi8(row->table[2], index),
                                            _mm256_shuffle_epi8(row->table[3], index), bit4);
    return _mm256_blendv_epi8(low, high, _mm256_slli_epi16(index, 2));
}

INLINE uint32_t decide(const row_tables *row, const uint8_t *slots, const uint8_t *cuts,
                       int tables) {
    const __m256i byte = pick(row, _mm256_loadu_si256((const __m256i *)slots), tables);
    const __m256i cut = _mm256_loadu_si256((const __m256i *)cuts);
    const __m256i stays = _mm256_cmpeq_epi8(_mm256_max_epu8(byte, cut), cut);
    return ~(uint32_t)_mm256_movemask_epi8(stays);
}

INLINE __m256i walk5(__m256i masks) {
    __m256i index = _mm256_set1_epi32(1);
    for (int level = 0; level < 5; level++) {
        const __m256i bit = _mm256_srli_epi32(_mm256_sllv_epi32(masks, index), 31);
        index = _mm256_add_epi32(_mm256_add_epi32(index, index), bit);
    }
    return index;
}

INLINE __m256i walk6(__m256i masks) {
    __m256i index = _mm256_set1_epi64x(1);
    for (int level = 0; level < 6; level++) {
        const __m256i bit = _mm256_srli_epi64(_mm256_sllv_epi64(masks, index), 63);
        index = _mm256_add_epi64(_mm256_add_epi64(index, index), bit);
    }
    return index;
}

// Keeps an array in memory, and reads one number of it, as with AVX-512.
INLINE void pin(const void *array) { __asm__ volatile("" : : "r"(array) : "memory"); }
INLINE size_t read_one(const uint32_t *number) { return *(const volatile uint32_t *)number; }

INLINE void narrow_tops(const cfk_block_forest *forest, size_t tree, const row_tables *row,
                        uint32_t *masks, int tables) {
    const uint8_t *first = forest->tops + tree / 2 * 128;
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
        const uint8_t *block = first + i / 2 * 128 + (i & 1) * 32;
        masks[i] = decide(row, block, block + 64, tables);
    }
    pin(masks);
}

INLINE void narrow_bottoms(const cfk_block_forest *forest, size_t tree, const row_tables *row,
                           const uint32_t *offsets, uint32_t *masks, int tables) {
    const uint8_t *first = forest->bottoms + tree * 2048;
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++, first += 2048) {
        const uint8_t *block = first + read_one(&offsets[i]);
        masks[i] = decide(row, block, block + 32, tables);
    }
    pin(masks);
}

INLINE float narrow_values(const cfk_block_forest *forest, size_t tree, const uint8_t *bytes,
                           const uint32_t *places, float sum) {
    const size_t left = forest->real_tree_count - tree;
    const size_t count = left < 8 ? left : 8;
    if (forest->links) {
        for (size_t i = 0; i < count; i++) {
            sum += forest->values[cfk_descend(forest, bytes, tree * 1024 + places[i])];
        }
        return sum;
    }
    const float *values = forest->values + tree * 1024;
    for (size_t i = 0; i < count; i++) sum += values[read_one(&places[i])];
    return sum;
}

// Where a stage is: at a row of the tile, and at eight trees.
typedef struct {
    size_t row;
    size_t tree;
} position;

INLINE void advance(position *at, size_t row_count) {
    if (++at->row < row_count) return;
    at->row = 0;
    at->tree += 8;
}

INLINE void narrow_tile(const cfk_block_forest *forest, const uint8_t *rows, size_t row_stride,
                        size_t row_count, float *margins, int tables) {
    const __m256i first_leaf = _mm256_set1_epi32(32);
    const __m256i trees =
        _mm256_slli_epi32(_mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0), 10);
    const size_t walks = (forest->real_tree_count + 7) / 8 * row_count;
    uint32_t top_masks[8], low_masks[8], offsets[RING][8], places[RING][8];
    position top_at = {0}, low_at = {0}, leaf_at = {0};
    for (size_t turn = 0; turn < walks + 2 * LAG; turn++) {
        // The walks whose turn it is at each stage; before the first one a number wraps around.
        const size_t top = turn, low = turn - LAG, leaf = turn - 2 * LAG;
        if (top < walks) {
            const row_tables row = load_row(rows + top_at.row * row_stride, tables);
            narrow_tops(forest, top_at.tree, &row, top_masks, tables);
            advance(&top_at, row_count);
        }
        if (low < walks) {
            const row_tables row = load_row(rows + low_at.row * row_stride, tables);
            narrow_bottoms(forest, low_at.tree, &row, offsets[low % RING], low_masks, tables);
            advance(&low_at, row_count);
        }
        if (leaf < walks) {
            const uint8_t *bytes = rows + leaf_at.row * row_stride;
            margins[leaf_at.row] = narrow_values(forest, leaf_at.tree, bytes, places[leaf % RING],
                                                 margins[leaf_at.row]);
            advance(&leaf_at, row_count);
        }
        if (top < walks) {
            const __m256i reached = walk5(_mm256_loadu_si256((const __m256i *)top_masks));
            _mm256_storeu_si256((__m256i *)offsets[top % RING],
                                _mm256_slli_epi32(_mm256_sub_epi32(reached, first_leaf), 6));
            pin(offsets);
        }
        if (low < walks) {
            const __m256i reached = walk5(_mm256_loadu_si256((const __m256i *)low_masks));
            const __m256i leaves = _mm256_add_epi32(trees, _mm256_sub_epi32(reached, first_leaf));
            const __m256i bottoms = _mm256_loadu_si256((const __m256i *)offsets[low % RING]);
            _mm256_storeu_si256((__m256i *)places[low % RING],
                                _mm256_add_epi32(leaves, _mm256_srli_epi32(bottoms, 1)));
            pin(places);
        }
    }
}

INLINE void flat8(const cfk_block_forest *forest, size_t tree, const row_tables *row, int tables,
                  float *values) {
    uint64_t masks[8], index[8];
    for (int i = 0; i < 8; i++) {
        const uint8_t *block = forest->tops + (tree + i) * 128;
        masks[i] = decide(row, block, block + 64, tables) |
                   (uint64_t)decide(row, block + 32, block + 96, tables) << 32;
    }
    pin(masks);
    for (int half = 0; half < 2; half++) {
        const __m256i low = walk6(_mm256_loadu_si256((const __m256i *)(masks + half * 4)));
        _mm256_storeu_si256((__m256i *)(index + half * 4), low);
    }
    for (int i = 0; i < 8; i++) values[i] = forest->values[(tree + i) * 64 + index[i] - 64];
}

INLINE void flat_tile(const cfk_block_forest *forest, const uint8_t *rows, size_t row_stride,
                      size_t row_count, float *margins, int tables) {
    for (size_t tree = 0; tree < forest->real_tree_count; tree += 8) {
        const size_t left = forest->real_tree_count - tree;
        const size_t count = left < 8 ? left : 8;
        for (size_t r = 0; r < row_count; r++) {
            const row_tables row = load_row(rows + r * row_stride, tables);
            float values[8];
            flat8(forest, tree, &row, tables, values);
            for (size_t i = 0; i < count; i++) margins[r] += values[i];
        }
    }
}

INLINE void score_tile(const cfk_block_forest *forest, const uint8_t *rows, size_t row_stride,
                       size_t row_count, float *margins, int tables) {
    if (forest->is_flat) {
        flat_tile(forest, rows, row_stride, row_count, margins, tables);
    } else {
        narrow_tile(forest, rows, row_stride, row_count, margins, tables);
    }
}

void cfk_score_blocks_avx2(const cfk_block_forest *forest, const uint8_t *rows, size_t row_stride,
                           size_t row_count, size_t slot_count, float *margins) {
    for (size_t row = 0; row < row_count; row += TILE_ROWS) {
        const size_t count = row_count - row < TILE_ROWS ? row_count - row : TILE_ROWS;
        const uint8_t *first = rows + row * row_stride;
        if (slot_count <= 32) {
            score_tile(forest, first, row_stride, count, margins + row, 2);
        } else {
            score_tile(forest, first, row_stride, count, margins + row, 4);
        }
    }
}

#pragma clang attribute pop

#endif
