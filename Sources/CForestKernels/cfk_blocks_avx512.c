// SPDX-License-Identifier: Apache-2.0
//
// Node-parallel scoring with AVX-512. A block's nodes are all decided by three instructions:
// vpermb picks each node's byte of the row, vpcmpub compares it with the node's cut, and the mask
// holds every decision. Walking is arithmetic on the mask, 16 trees (or rows) at a time and two
// instructions a level: shifting the mask left by the heap index brings the node's decision to the
// top bit, and vpshldd shifts it into the index. Nothing is gathered but the leaf values.
//
// Masks go through memory, as eight bytes each, and come back as vectors. Such a load waits until
// the stores have left the processor's queue, long after what it needs was computed. So the stages
// of a walk (tops, bottoms, values) are turns of one loop, LAG turns apart: while the masks of some
// trees settle, others are decided. It halves the time of a row.
#include "cfk_avx512.h"
#include "cfk_descend.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

enum { TOP_BYTES = 128, BOTTOM_BYTES = 64, BOTTOMS_BYTES = 2048, TREE_VALUES = 1024 };
enum { FLAT_BYTES = 128, FLAT_VALUES = 64 };
// Trees of one row that are walked together; turns between the stages of a walk; walks that are
// under way between two stages.
enum { ROW_TREES = 16, LAG = 2, RING = 4 };

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
    const __m256i half = _mm256_load_si256((const __m256i *)low);
    return _mm512_inserti64x4(_mm512_castsi256_si512(half),
                              _mm256_load_si256((const __m256i *)high), 1);
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

// Where the bottoms below these top leaves stand, in bytes from the tree's first.
INLINE __m512i bottom_offsets(__m512i tops) {
    return _mm512_slli_epi32(_mm512_sub_epi32(tops, _mm512_set1_epi32(32)), 6);
}

// Where the values of these bottom leaves stand: a tree's place + 32 * top leaf + bottom leaf.
INLINE __m512i value_places(__m512i trees, __m512i bottoms, __m512i lows) {
    const __m512i leaves = _mm512_sub_epi32(lows, _mm512_set1_epi32(32));
    return _mm512_add_epi32(_mm512_add_epi32(trees, leaves), _mm512_srli_epi32(bottoms, 1));
}

INLINE __m512i lanes16(void) {
    return _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

// Keeps an array in memory: left alone, the compiler rebuilds vectors from scalars with three
// times the instructions of a store and a load.
INLINE void pin(const void *array) { __asm__ volatile("" : : "r"(array) : "memory"); }

// One number of such an array: left alone, the compiler loads several and takes the vector apart.
INLINE size_t read_one(const uint32_t *number) { return *(const volatile uint32_t *)number; }

// Adds values one by one: the order is the result.
INLINE float add_in_order(float sum, const float *values, const uint32_t *places, size_t count) {
    for (size_t i = 0; i < count; i++) sum += values[places[i]];
    return sum;
}

// The same where a place may lead to deeper blocks.
static float add_deep(const cfk_block_forest *forest, const uint8_t *bytes, float sum,
                      size_t first, const uint32_t *places, size_t count) {
    float found[ROW_TREES];
    for (size_t i = 0; i < count; i++) {
        found[i] = forest->values[cfk_descend(forest, bytes, first + places[i])];
    }
    for (size_t i = 0; i < count; i++) sum += found[i];
    return sum;
}

// MARK: one row

INLINE void row_tops(const cfk_block_forest *forest, const row_bytes *row, size_t tree,
                     uint64_t *masks, unsigned vectors) {
    const uint8_t *block = forest->tops + tree / 2 * TOP_BYTES;
#pragma clang loop unroll(full)
    for (int pair = 0; pair < ROW_TREES / 2; pair++, block += TOP_BYTES) {
        masks[pair] =
            decide(row, _mm512_load_si512(block), _mm512_load_si512(block + 64), vectors);
    }
    pin(masks);
}

INLINE void row_bottoms(const cfk_block_forest *forest, const row_bytes *row, size_t tree,
                        const uint32_t *offsets, uint64_t *masks, unsigned vectors) {
    const uint8_t *first = forest->bottoms + tree * BOTTOMS_BYTES;
#pragma clang loop unroll(full)
    for (int pair = 0; pair < ROW_TREES / 2; pair++, first += 2 * BOTTOMS_BYTES) {
        const uint8_t *a = first + read_one(offsets + 2 * pair);
        const uint8_t *b = first + BOTTOMS_BYTES + read_one(offsets + 2 * pair + 1);
        masks[pair] = decide(row, join(a, b), join(a + 32, b + 32), vectors);
    }
    pin(masks);
}

INLINE float row_values(const cfk_block_forest *forest, const uint8_t *bytes, float sum,
                        size_t tree, const uint32_t *places) {
    const size_t left = forest->real_tree_count - tree;
    const size_t count = left < ROW_TREES ? left : ROW_TREES;
    if (forest->links) return add_deep(forest, bytes, sum, tree * TREE_VALUES, places, count);
    const float *values = forest->values + tree * TREE_VALUES;
    return count == ROW_TREES ? add_in_order(sum, values, places, ROW_TREES)
                              : add_in_order(sum, values, places, count);
}

INLINE float row_narrow(const cfk_block_forest *forest, const uint8_t *bytes,
                        const row_bytes *row, float sum, unsigned vectors) {
    const __m512i trees = _mm512_slli_epi32(lanes16(), 10);
    const size_t groups = (forest->real_tree_count + ROW_TREES - 1) / ROW_TREES;
    uint64_t top_masks[ROW_TREES / 2], low_masks[ROW_TREES / 2];
    uint32_t offsets[RING][ROW_TREES], places[RING][ROW_TREES];
    for (size_t turn = 0; turn < groups + 2 * LAG; turn++) {
        // The groups whose turn it is at each stage; before the first one a number wraps around.
        const size_t top = turn, low = turn - LAG, leaf = turn - 2 * LAG;
        if (top < groups) row_tops(forest, row, top * ROW_TREES, top_masks, vectors);
        if (low < groups) {
            row_bottoms(forest, row, low * ROW_TREES, offsets[low % RING], low_masks, vectors);
        }
        if (leaf < groups) {
            sum = row_values(forest, bytes, sum, leaf * ROW_TREES, places[leaf % RING]);
        }
        if (top < groups) {
            const __m512i reached = walk5(_mm512_loadu_si512(top_masks));
            _mm512_storeu_si512(offsets[top % RING], bottom_offsets(reached));
            pin(offsets);
        }
        if (low < groups) {
            const __m512i bottoms = _mm512_loadu_si512(offsets[low % RING]);
            const __m512i reached = walk5(_mm512_loadu_si512(low_masks));
            _mm512_storeu_si512(places[low % RING], value_places(trees, bottoms, reached));
            pin(places);
        }
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

// What a block decides about 16 rows.
INLINE void decide_rows(const row_bytes *rows, const uint8_t *block, uint64_t *masks,
                        unsigned vectors) {
    const __m512i slots = _mm512_load_si512(block);
    const __m512i cuts = _mm512_load_si512(block + 64);
#pragma clang loop unroll(full)
    for (int r = 0; r < 16; r++) masks[r] = decide(&rows[r], slots, cuts, vectors);
    pin(masks);
}

// Halves of 16 double masks: the decisions of two trees.
INLINE void split(const uint64_t *masks, __m512i *first, __m512i *second) {
    const __m512i low = _mm512_loadu_si512(masks);
    const __m512i high = _mm512_loadu_si512(masks + 8);
    const __m512i even = _mm512_slli_epi32(lanes16(), 1);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    *first = _mm512_permutex2var_epi32(low, even, high);
    *second = _mm512_permutex2var_epi32(low, odd, high);
}

INLINE void rows_bottoms(const cfk_block_forest *forest, const row_bytes *rows, size_t tree,
                         uint32_t (*offsets)[16], uint64_t *masks, unsigned vectors) {
    const uint8_t *first = forest->bottoms + tree * BOTTOMS_BYTES;
#pragma clang loop unroll(full)
    for (int r = 0; r < 16; r++) {
        const uint8_t *a = first + read_one(&offsets[0][r]);
        const uint8_t *b = first + BOTTOMS_BYTES + read_one(&offsets[1][r]);
        masks[r] = decide(&rows[r], join(a, b), join(a + 32, b + 32), vectors);
    }
    pin(masks);
}

INLINE __m512 rows_values(const cfk_block_forest *forest, __m512 sums, size_t tree,
                          const __m512i *places) {
    const float *values = forest->values + tree * TREE_VALUES;
    sums = _mm512_add_ps(sums, _mm512_i32gather_ps(places[0], values, 4));
    if (tree + 1 == forest->real_tree_count) return sums;
    return _mm512_add_ps(sums, _mm512_i32gather_ps(places[1], values, 4));
}

// Two trees at a time.
INLINE __m512 rows_narrow(const cfk_block_forest *forest, const row_bytes *rows, __m512 sums,
                          unsigned vectors) {
    const size_t pairs = (forest->real_tree_count + 1) / 2;
    uint64_t top_masks[16], low_masks[16];
    uint32_t offsets[RING][2][16];
    __m512i places[RING][2];
    for (size_t turn = 0; turn < pairs + 2 * LAG; turn++) {
        // The pairs whose turn it is at each stage, as in row_narrow.
        const size_t top = turn, low = turn - LAG, leaf = turn - 2 * LAG;
        if (top < pairs) decide_rows(rows, forest->tops + top * TOP_BYTES, top_masks, vectors);
        if (low < pairs) {
            rows_bottoms(forest, rows, 2 * low, offsets[low % RING], low_masks, vectors);
        }
        if (leaf < pairs) sums = rows_values(forest, sums, 2 * leaf, places[leaf % RING]);
        __m512i first, second;
        if (top < pairs) {
            uint32_t(*own)[16] = offsets[top % RING];
            split(top_masks, &first, &second);
            _mm512_storeu_si512(own[0], bottom_offsets(walk5(first)));
            _mm512_storeu_si512(own[1], bottom_offsets(walk5(second)));
            pin(offsets);
        }
        if (low < pairs) {
            uint32_t(*own)[16] = offsets[low % RING];
            split(low_masks, &first, &second);
            places[low % RING][0] = value_places(_mm512_setzero_si512(),
                                                 _mm512_loadu_si512(own[0]), walk5(first));
            places[low % RING][1] = value_places(_mm512_set1_epi32(TREE_VALUES),
                                                 _mm512_loadu_si512(own[1]), walk5(second));
        }
    }
    return sums;
}

INLINE __m512 rows_flat(const cfk_block_forest *forest, const row_bytes *rows, __m512 sums,
                        unsigned vectors) {
    const __m512i base = _mm512_set1_epi64(FLAT_VALUES);
    for (size_t tree = 0; tree < forest->real_tree_count; tree++) {
        uint64_t masks[16];
        decide_rows(rows, forest->tops + tree * FLAT_BYTES, masks, vectors);
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
