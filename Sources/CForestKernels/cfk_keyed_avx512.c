// SPDX-License-Identifier: Apache-2.0
//
// Rows of many columns by keys, with AVX-512.
//
//   one row    16 trees a vector: nodes and keys are gathered
//   16 rows    one tree: the nodes of a level are picked from registers, and only keys are gathered,
//              from a tile in which the 16 keys of a column are one cache line
//
// A gather waits for memory: two vectors are walked side by side.
#include "cfk_avx512.h"
#include "cfk_keyed.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

enum { LANES = 16, TREES = 32, COLUMNS_AHEAD = 8 };

INLINE __m512i lanes16(void) {
    return _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

// The children that lanes go to: twice the place, and one more where the key is above.
INLINE __m512i descend(__m512i places, __m512i below, __m512i keys) {
    const __m512i left = _mm512_add_epi32(places, places);
    const __mmask16 right = _mm512_cmplt_epu32_mask(below, keys);
    return _mm512_mask_add_epi32(left, right, left, _mm512_set1_epi32(1));
}

// MARK: one row

void cfk_keys_row_avx512(const cfk_key_plan *keys, const cfk_rank_plan *plan,
                         const cfk_source *source, size_t row, uint32_t *target) {
    cfk_keys_of_row(keys, source, row, target);
    cfk_category_keys(keys, plan, source, row, target, 1);
}

// One level of 16 trees.
INLINE __m512i step_trees(const cfk_keyed_node *nodes, __m512i trees, __m512i places,
                          const uint32_t *keys) {
    const __m512i at = _mm512_add_epi32(trees, places);
    const __m512i first = _mm512_i32gather_epi64(_mm512_castsi512_si256(at), nodes, 8);
    const __m512i last = _mm512_i32gather_epi64(_mm512_extracti64x4_epi64(at, 1), nodes, 8);
    const __m512i even = _mm512_slli_epi32(lanes16(), 1);
    const __m512i odd = _mm512_or_si512(even, _mm512_set1_epi32(1));
    const __m512i below = _mm512_permutex2var_epi32(first, even, last);
    const __m512i columns = _mm512_permutex2var_epi32(first, odd, last);
    return descend(places, below, _mm512_i32gather_epi32(columns, keys, 4));
}

float cfk_score_keyed_row_avx512(const cfk_keyed_forest *forest, const uint32_t *keys,
                                 float sum) {
    const __m512i trees = _mm512_slli_epi32(lanes16(), KEYED_LEVELS);
    const __m512i ends = _mm512_sub_epi32(trees, _mm512_set1_epi32(KEYED_NODES));
    for (size_t tree = 0; tree < forest->tree_count; tree += TREES) {
        const cfk_keyed_node *nodes = forest->nodes + tree * KEYED_NODES;
        __m512i a = _mm512_set1_epi32(1), b = a;
#pragma clang loop unroll(full)
        for (int level = 0; level < KEYED_LEVELS; level++) {
            a = step_trees(nodes, trees, a, keys);
            b = step_trees(nodes + LANES * KEYED_NODES, trees, b, keys);
        }
        const float *values = forest->values + tree * KEYED_NODES;
        float found[TREES];
        _mm512_storeu_ps(found, _mm512_i32gather_ps(_mm512_add_epi32(a, ends), values, 4));
        _mm512_storeu_ps(found + LANES, _mm512_i32gather_ps(_mm512_add_epi32(b, ends),
                                                            values + LANES * KEYED_NODES, 4));
        const size_t left = forest->tree_count - tree;
        const size_t count = left < TREES ? left : TREES;
        // In tree order: another order changes the last bit.
        for (size_t i = 0; i < count; i++) sum += found[i];
    }
    return sum;
}

// MARK: a tile of 16 rows

INLINE __m512i keys_of(__m512 x, __m512i missing) {
    const __m512i bits = _mm512_castps_si512(_mm512_add_ps(x, _mm512_setzero_ps()));
    const __m512i sign = _mm512_set1_epi32((int)0x80000000u);
    const __m512i key =
        _mm512_xor_si512(bits, _mm512_or_si512(_mm512_srai_epi32(bits, 31), sign));
    return _mm512_mask_mov_epi32(key, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), missing);
}

// Columns that lie row by row: one line each.
INLINE void tile_columns(const cfk_key_run *run, const uint32_t *missing, const float *values,
                         size_t column_stride, __mmask16 rows, uint32_t *target) {
    const float *column = values + run->source * column_stride;
    for (uint32_t i = 0; i < run->count; i++, column += column_stride) {
        // Columns lie on pages of their own, where the processor does not see them come.
        _mm_prefetch((const char *)(column + COLUMNS_AHEAD * column_stride), _MM_HINT_T0);
        const __m512 x = _mm512_maskz_loadu_ps(rows, column);
        _mm512_store_si512(target + i * LANES, keys_of(x, _mm512_set1_epi32((int)missing[i])));
    }
}

// Rows into columns: squares of four, then their places.
INLINE void transpose(__m512i *v) {
    __m512i t[LANES];
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; i += 2) {
        t[i] = _mm512_unpacklo_epi32(v[i], v[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(v[i], v[i + 1]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; i += 4) {
        v[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        v[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        v[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        v[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
        const __m512i a = _mm512_shuffle_i32x4(v[j], v[4 + j], 0x88);
        const __m512i b = _mm512_shuffle_i32x4(v[8 + j], v[12 + j], 0x88);
        const __m512i c = _mm512_shuffle_i32x4(v[j], v[4 + j], 0xDD);
        const __m512i d = _mm512_shuffle_i32x4(v[8 + j], v[12 + j], 0xDD);
        t[j] = _mm512_shuffle_i32x4(a, b, 0x88);
        t[4 + j] = _mm512_shuffle_i32x4(c, d, 0x88);
        t[8 + j] = _mm512_shuffle_i32x4(a, b, 0xDD);
        t[12 + j] = _mm512_shuffle_i32x4(c, d, 0xDD);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; i++) v[i] = t[i];
}

// Rows that lie column by column, 16 of them at a time. Where there are fewer, the last one stands
// for the others.
INLINE void tile_rows(const cfk_key_run *run, const uint32_t *missing, const float *values,
                      size_t row_stride, size_t row_count, uint32_t *target) {
    for (uint32_t first = 0; first < run->count; first += LANES) {
        const uint32_t left = run->count - first;
        const __mmask16 columns = left >= LANES ? 0xFFFF : (__mmask16)((1u << left) - 1);
        const __m512i absent = _mm512_maskz_loadu_epi32(columns, missing + first);
        __m512i keys[LANES];
#pragma clang loop unroll(full)
        for (size_t row = 0; row < LANES; row++) {
            const float *own = values + (row < row_count ? row : row_count - 1) * row_stride;
            const __m512 x = _mm512_maskz_loadu_ps(columns, own + run->source + first);
            keys[row] = keys_of(x, absent);
        }
        transpose(keys);
        for (uint32_t i = 0; i < LANES && i < left; i++) {
            _mm512_store_si512(target + (first + i) * LANES, keys[i]);
        }
    }
}

INLINE void tile_any(const cfk_key_run *run, const uint32_t *missing, const float *values,
                     const cfk_source *source, size_t row_count, uint32_t *target) {
    for (uint32_t i = 0; i < run->count; i++) {
        const float *column = values + (run->source + i) * source->column_stride;
        for (size_t row = 0; row < row_count; row++) {
            target[i * LANES + row] = cfk_key(column[row * source->row_stride], missing[i]);
        }
    }
}

void cfk_keys_tile_avx512(const cfk_key_plan *keys, const cfk_rank_plan *plan,
                          const cfk_source *source, size_t row, size_t row_count,
                          uint32_t *target) {
    const float *values = source->values + row * source->row_stride;
    const __mmask16 rows = row_count >= LANES ? 0xFFFF : (__mmask16)((1u << row_count) - 1);
    for (size_t r = 0; r < keys->run_count; r++) {
        const cfk_key_run *run = &keys->runs[r];
        const uint32_t *missing = keys->missing + run->first;
        uint32_t *own = target + run->first * LANES;
        if (source->row_stride == 1) {
            tile_columns(run, missing, values, source->column_stride, rows, own);
        } else if (source->column_stride == 1) {
            tile_rows(run, missing, values, source->row_stride, row_count, own);
        } else {
            tile_any(run, missing, values, source, row_count, own);
        }
    }
    for (size_t r = 0; r < row_count; r++) {
        cfk_category_keys(keys, plan, source, row + r, target + r, LANES);
    }
}

// What a level of a tree compares at 16 places: its nodes stand side by side, and fit one vector,
// two, or four.
INLINE void pick_nodes(const cfk_keyed_node *nodes, int level, __m512i places, __m512i *below,
                       __m512i *columns) {
    const __m512i even = _mm512_add_epi32(places, places);
    const __m512i odd = _mm512_or_si512(even, _mm512_set1_epi32(1));
    const cfk_keyed_node *first = nodes + (1 << level);
    const __m512i v0 = _mm512_loadu_si512(first);
    if (level < 4) {
        *below = _mm512_permutexvar_epi32(even, v0);
        *columns = _mm512_permutexvar_epi32(odd, v0);
        return;
    }
    const __m512i v1 = _mm512_loadu_si512(first + 8);
    *below = _mm512_permutex2var_epi32(v0, even, v1);
    *columns = _mm512_permutex2var_epi32(v0, odd, v1);
    if (level == 4) return;
    const __m512i v2 = _mm512_loadu_si512(first + 16);
    const __m512i v3 = _mm512_loadu_si512(first + 24);
    const __mmask16 upper = _mm512_test_epi32_mask(places, _mm512_set1_epi32(16));
    *below = _mm512_mask_mov_epi32(*below, upper, _mm512_permutex2var_epi32(v2, even, v3));
    *columns = _mm512_mask_mov_epi32(*columns, upper, _mm512_permutex2var_epi32(v2, odd, v3));
}

// One level of a tree for 16 rows; places count from the first node of the level.
INLINE __m512i step_rows(const cfk_keyed_node *nodes, int level, __m512i places,
                         const uint32_t *tile) {
    if (level == 0) {
        const __m512i keys = _mm512_load_si512(tile + (size_t)nodes[1].column * LANES);
        return descend(places, _mm512_set1_epi32((int)nodes[1].below), keys);
    }
    __m512i below, columns;
    pick_nodes(nodes, level, places, &below, &columns);
    const __m512i at = _mm512_add_epi32(_mm512_slli_epi32(columns, 4), lanes16());
    return descend(places, below, _mm512_i32gather_epi32(at, tile, 4));
}

void cfk_score_keyed_rows_avx512(const cfk_keyed_forest *forest, const uint32_t *tile,
                                 size_t row_count, float *margins) {
    const __mmask16 rows = row_count >= LANES ? 0xFFFF : (__mmask16)((1u << row_count) - 1);
    __m512 sums = _mm512_maskz_loadu_ps(rows, margins);
    const cfk_keyed_node *nodes = forest->nodes;
    const float *values = forest->values;
    for (size_t tree = 0; tree < forest->tree_count; tree += 2) {
        __m512i a = _mm512_setzero_si512(), b = a;
#pragma clang loop unroll(full)
        for (int level = 0; level < KEYED_LEVELS; level++) {
            a = step_rows(nodes, level, a, tile);
            b = step_rows(nodes + KEYED_NODES, level, b, tile);
        }
        sums = _mm512_add_ps(sums, _mm512_i32gather_ps(a, values, 4));
        if (tree + 1 < forest->tree_count) {
            sums = _mm512_add_ps(sums, _mm512_i32gather_ps(b, values + KEYED_NODES, 4));
        }
        nodes += 2 * KEYED_NODES;
        values += 2 * KEYED_NODES;
    }
    _mm512_mask_storeu_ps(margins, rows, sums);
}

#pragma clang attribute pop

#endif
