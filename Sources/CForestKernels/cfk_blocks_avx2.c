// SPDX-License-Identifier: Apache-2.0
//
// Node-parallel scoring with AVX2: as with AVX-512, but 32 nodes at a time. A byte is picked by
// one vpshufb for every 16 slots of the row; a table ignores indices that are not its own.
#include "CForestKernels.h"
#include "cfk_descend.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,bmi2"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum { TILE_ROWS = 16 };

typedef struct {
    __m256i table[4];
} row_tables;

INLINE row_tables load_row(const uint8_t *row) {
    row_tables tables;
    for (int t = 0; t < 4; t++) {
        tables.table[t] =
            _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(row + t * 16)));
    }
    return tables;
}

INLINE __m256i pick(const row_tables *row, __m256i index, int tables) {
    __m256i picked = _mm256_setzero_si256();
#pragma clang loop unroll(full)
    for (int t = 0; t < tables; t++) {
        // Own indices become 0x70 ... 0x7F; all others reach the top bit, which picks 0.
        const __m256i own = _mm256_sub_epi8(index, _mm256_set1_epi8((char)(t * 16)));
        const __m256i control = _mm256_adds_epu8(own, _mm256_set1_epi8(0x70));
        picked = _mm256_or_si256(picked, _mm256_shuffle_epi8(row->table[t], control));
    }
    return picked;
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

// Keeps an array in memory, as with AVX-512.
INLINE void pin(const void *array) { __asm__ volatile("" : : "r"(array) : "memory"); }

// Eight trees of a narrow forest for two rows, so that one computes while the other waits for its
// decisions to come back from memory. The values are in tree order.
INLINE void narrow8(const cfk_block_forest *forest, size_t tree, const row_tables *rows,
                    const uint8_t *const *bytes, int tables, float (*values)[8]) {
    uint32_t masks[2][8], index[2][8];
    __m256i top[2];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
        const uint8_t *block = forest->tops + (tree + i) / 2 * 128 + (i & 1) * 32;
        masks[0][i] = decide(&rows[0], block, block + 64, tables);
        masks[1][i] = decide(&rows[1], block, block + 64, tables);
    }
    pin(masks);
    for (int r = 0; r < 2; r++) {
        top[r] = walk5(_mm256_loadu_si256((const __m256i *)masks[r]));
        _mm256_storeu_si256((__m256i *)index[r], top[r]);
    }
    pin(index);
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
        const uint8_t *bottoms = forest->bottoms + (tree + i) * 2048;
        for (int r = 0; r < 2; r++) {
            const uint8_t *block = bottoms + (size_t)(index[r][i] - 32) * 64;
            masks[r][i] = decide(&rows[r], block, block + 32, tables);
        }
    }
    pin(masks);
    const __m256i lane = _mm256_slli_epi32(_mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0), 10);
    for (int r = 0; r < 2; r++) {
        const __m256i low = walk5(_mm256_loadu_si256((const __m256i *)masks[r]));
        const __m256i path = _mm256_add_epi32(_mm256_slli_epi32(top[r], 5), low);
        const __m256i place =
            _mm256_add_epi32(lane, _mm256_sub_epi32(path, _mm256_set1_epi32(32 * 32 + 32)));
        _mm256_storeu_si256((__m256i *)index[r], place);
    }
    pin(index);
    const float *first = forest->values + tree * 1024;
    if (forest->links) {
        for (int i = 0; i < 16; i++) {
            const size_t place = tree * 1024 + index[i / 8][i % 8];
            values[i / 8][i % 8] = forest->values[cfk_descend(forest, bytes[i / 8], place)];
        }
        return;
    }
    for (int r = 0; r < 2; r++) {
        for (int i = 0; i < 8; i++) values[r][i] = first[index[r][i]];
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

INLINE void score_tile(const cfk_block_forest *forest, const uint8_t *rows, size_t row_stride,
                       size_t row_count, float *margins, int tables) {
    for (size_t tree = 0; tree < forest->real_tree_count; tree += 8) {
        const size_t left = forest->real_tree_count - tree;
        const size_t count = left < 8 ? left : 8;
        for (size_t r = 0; r < row_count; r += 2) {
            // An odd last row is computed twice and stored once.
            const size_t other = r + 1 < row_count ? r + 1 : r;
            const uint8_t *const bytes[2] = {rows + r * row_stride, rows + other * row_stride};
            const row_tables pair[2] = {load_row(bytes[0]), load_row(bytes[1])};
            float values[2][8];
            if (forest->is_flat) {
                flat8(forest, tree, &pair[0], tables, values[0]);
                flat8(forest, tree, &pair[1], tables, values[1]);
            } else {
                narrow8(forest, tree, pair, bytes, tables, values);
            }
            float sums[2] = {margins[r], margins[other]};
            for (size_t i = 0; i < count; i++) {
                sums[0] += values[0][i];
                sums[1] += values[1][i];
            }
            margins[other] = sums[1];
            margins[r] = sums[0];
        }
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
