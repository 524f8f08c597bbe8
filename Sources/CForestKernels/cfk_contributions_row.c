// SPDX-License-Identifier: Apache-2.0
//
// Contributions of one row with AVX-512: lanes are sixteen splits of one level of a group of trees.
// Children are packed into the next level on the way down, those of a vector next to each other,
// the left ones first, and spread again on the way up.
//
// Every split does what a step of cfk_contributions.h does, in the same order and without fused
// multiplication and addition, so that the bits are the same.
#include "cfk_avx512.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)
#pragma clang fp contract(off)

typedef __m512 vector;

// What a walk carries for each split and point: weights of the way down, later times the square of
// the inverse; means of the way up; shares of the left child.
typedef struct {
    const cfk_lane_forest *forest;
    const cfk_lane_level *levels;
    __m512i row_low, row_high;
    float *paths, *means, *shares;
    uint32_t *decisions;
    int64_t *sums;
} lane_walk;

INLINE __m512i bytes_of(const lane_walk *w, const uint8_t *slots) {
    return _mm512_permutex2var_epi8(w->row_low, _mm512_loadu_si512(slots), w->row_high);
}

INLINE __mmask64 within(__m512i bytes, const uint8_t *low, const uint8_t *high) {
    return _mm512_cmpge_epu8_mask(bytes, _mm512_loadu_si512(low))
           & _mm512_cmple_epu8_mask(bytes, _mm512_loadu_si512(high));
}

// Of 64 splits from `i` on: whether the row goes left, and whether all earlier decisions on the
// feature hold.
INLINE void decide(const lane_walk *w, size_t i, __mmask64 *goes_left, __mmask64 *holds) {
    const cfk_lane_forest *f = w->forest;
    *goes_left = _mm512_cmple_epu8_mask(bytes_of(w, f->slot + i), _mm512_loadu_si512(f->cut + i));
    *holds = within(bytes_of(w, f->held_slot + i), f->held_low + i, f->held_high + i)
             & within(bytes_of(w, f->other_slot + i), f->other_low + i, f->other_high + i);
}

// Adds what sixteen splits from `i` on give their columns. `over`: those with two leaves.
INLINE void add_totals(const lane_walk *w, size_t i, __mmask16 left, __mmask16 held,
                       __mmask16 over, vector sum) {
    const cfk_lane_forest *f = w->forest;
    const vector left_rest = _mm512_loadu_ps(f->left_rest + i), scale = _mm512_set1_ps(f->scale);
    const vector right_rest = _mm512_sub_ps(_mm512_loadu_ps(f->rest + i), left_rest);
    const vector minus = _mm512_xor_ps(left_rest, _mm512_set1_ps(-0.0f));
    vector factor = _mm512_mul_ps(_mm512_mask_blend_ps(left, minus, right_rest), scale);
    const vector difference =
        _mm512_sub_ps(_mm512_loadu_ps(f->left_leaf + i), _mm512_loadu_ps(f->right_leaf + i));
    factor = _mm512_mask_mul_ps(factor, over, difference, factor);
    int32_t totals[16] __attribute__((aligned(64)));
    _mm512_store_si512(totals, _mm512_cvtps_epi32(_mm512_maskz_mul_ps(held, sum, factor)));
    const uint16_t *columns = f->column + i;
    for (size_t lane = 0; lane < 16; lane++) w->sums[columns[lane]] += totals[lane];
}

// One vector of a level on the way down; its children go to `next`, each point `stride` on.
INLINE void lane_down(const lane_walk *w, size_t i, size_t place, size_t row, size_t points,
                      __mmask16 left, __mmask16 held, float *next, size_t stride) {
    const cfk_lane_forest *f = w->forest;
    const float *t = f->places + points * (points - 1) / 2;
    const __mmask16 to_left = f->left_inner[i / 16], to_right = f->right_inner[i / 16];
    const bool is_over = (to_left | to_right) == 0;
    const size_t lefts = (size_t)__builtin_popcount(to_left);
    const vector left_rest = _mm512_loadu_ps(f->left_rest + i);
    const vector rest = _mm512_loadu_ps(f->rest + i), cover = _mm512_loadu_ps(f->share + i);
    const vector left_leaf = _mm512_loadu_ps(f->left_leaf + i);
    const vector right_leaf = _mm512_loadu_ps(f->right_leaf + i);
    vector sum = _mm512_setzero_ps();
    for (size_t q = 0; q < points; q++) {
        const vector at = _mm512_set1_ps(t[q]), before = _mm512_set1_ps(1 - t[q]);
        const vector path = _mm512_loadu_ps(w->paths + place + q * row);
        const vector whole = _mm512_add_ps(_mm512_mul_ps(rest, before), at);
        const vector inverse = _mm512_div_ps(_mm512_set1_ps(1), whole);
        vector share = _mm512_mul_ps(left_rest, before);
        share = _mm512_mask_add_ps(share, left, share, at);
        share = _mm512_mask_mul_ps(cover, held, share, inverse);
        const vector weight = _mm512_mul_ps(path, _mm512_mul_ps(inverse, inverse));
        if (is_over) {
            const vector difference = _mm512_sub_ps(left_leaf, right_leaf);
            const vector mean = _mm512_add_ps(_mm512_mul_ps(share, difference), right_leaf);
            _mm512_storeu_ps(w->means + place + q * row, mean);
            sum = q == 0 ? weight : _mm512_add_ps(weight, sum);
            continue;
        }
        const vector part = _mm512_mul_ps(path, share), others = _mm512_sub_ps(path, part);
        _mm512_storeu_ps(w->shares + place + q * row, share);
        _mm512_storeu_ps(w->paths + place + q * row, weight);
        // Each store runs over what is stored after it.
        _mm512_storeu_ps(next + q * stride, _mm512_maskz_compress_ps(to_left, part));
        _mm512_storeu_ps(next + q * stride + lefts, _mm512_maskz_compress_ps(to_right, others));
    }
    if (is_over) add_totals(w, i, left, held, 0xFFFF, sum);
}

// One vector of a level with splits below it, on the way up; `below` are the means of these.
INLINE void lane_up(const lane_walk *w, size_t i, size_t place, size_t row, size_t points,
                    uint32_t decision, const float *below, size_t stride) {
    const cfk_lane_forest *f = w->forest;
    const __mmask16 to_left = f->left_inner[i / 16], to_right = f->right_inner[i / 16];
    const __mmask16 over = (__mmask16)~(to_left | to_right);
    const size_t lefts = (size_t)__builtin_popcount(to_left);
    const vector left_leaf = _mm512_loadu_ps(f->left_leaf + i);
    const vector right_leaf = _mm512_loadu_ps(f->right_leaf + i);
    vector sum = _mm512_setzero_ps();
    for (size_t q = 0; q < points; q++) {
        const float *from = below + q * stride;
        const vector lower = _mm512_mask_expand_ps(left_leaf, to_left, _mm512_loadu_ps(from));
        const vector upper =
            _mm512_mask_expand_ps(right_leaf, to_right, _mm512_loadu_ps(from + lefts));
        const vector difference = _mm512_sub_ps(lower, upper);
        const vector share = _mm512_loadu_ps(w->shares + place + q * row);
        const vector mean = _mm512_add_ps(_mm512_mul_ps(share, difference), upper);
        _mm512_storeu_ps(w->means + place + q * row, mean);
        const vector weight = _mm512_loadu_ps(w->paths + place + q * row);
        const vector term =
            _mm512_mask_blend_ps(over, _mm512_mul_ps(weight, difference), weight);
        sum = q == 0 ? term : _mm512_add_ps(term, sum);
    }
    add_totals(w, i, (__mmask16)decision, (__mmask16)(decision >> 16), over, sum);
}

INLINE size_t child_count(const cfk_lane_forest *f, size_t i) {
    return (size_t)__builtin_popcount(f->left_inner[i / 16] | (uint32_t)f->right_inner[i / 16] << 16);
}

INLINE void level_down(const lane_walk *w, const cfk_lane_level *level, size_t points) {
    // The last level has no children: what is written for them is not read.
    const cfk_lane_level *next = level + 1;
    float *to = w->paths + next->offset * points;
    for (size_t v = 0; v < level->vector_count; v += 4) {
        __mmask64 left, held;
        decide(w, level->first + v * 16, &left, &held);
        for (size_t u = v; u < v + 4 && u < level->vector_count; u++, left >>= 16, held >>= 16) {
            const size_t i = level->first + u * 16;
            const size_t place = level->offset * points + u * 16;
            w->decisions[level->offset / 16 + u] =
                (uint32_t)(left & 0xFFFF) | (uint32_t)(held & 0xFFFF) << 16;
            lane_down(w, i, place, level->row, points, (__mmask16)left, (__mmask16)held, to,
                      next->row);
            to += child_count(w->forest, i);
        }
    }
}

INLINE void level_up(const lane_walk *w, const cfk_lane_level *level, size_t points) {
    const cfk_lane_level *next = level + 1;
    const float *below = w->means + next->offset * points;
    for (size_t u = 0; u < level->vector_count; u++) {
        const size_t i = level->first + u * 16, children = child_count(w->forest, i);
        if (children == 0) continue;
        lane_up(w, i, level->offset * points + u * 16, level->row, points,
                w->decisions[level->offset / 16 + u], below, next->row);
        below += children;
    }
}

INLINE void walk_lanes(const lane_walk *w, const cfk_lane_group *group, size_t points) {
    const float *weights = w->forest->weights + points * (points - 1) / 2;
    const cfk_lane_level *root = w->levels;
    for (size_t q = 0; q < points; q++) {
        for (size_t v = 0; v < root->vector_count; v++) {
            _mm512_storeu_ps(w->paths + q * root->row + v * 16, _mm512_set1_ps(weights[q]));
        }
    }
    for (size_t l = 0; l < group->level_count; l++) level_down(w, w->levels + l, points);
    for (size_t l = group->level_count; l-- > 0;) level_up(w, w->levels + l, points);
}

void cfk_contribute_row_avx512(const cfk_lane_forest *forest, size_t first_group,
                               size_t group_count, const uint8_t *row, void *scratch,
                               int64_t *sums) {
    lane_walk w = {.forest = forest, .sums = sums};
    w.row_low = _mm512_loadu_si512(row);
    w.row_high = _mm512_loadu_si512(row + (forest->slot_count > 64 ? 64 : 0));
    w.paths = (float *)scratch;
    w.means = w.paths + forest->values_max;
    w.shares = w.means + forest->values_max;
    w.decisions = (uint32_t *)(w.shares + forest->values_max);
    for (size_t g = first_group; g < first_group + group_count; g++) {
        const cfk_lane_group *group = forest->groups + g;
        w.levels = forest->levels + group->first_level;
        switch (group->points) {
        case 1: walk_lanes(&w, group, 1); break;
        case 2: walk_lanes(&w, group, 2); break;
        case 3: walk_lanes(&w, group, 3); break;
        case 4: walk_lanes(&w, group, 4); break;
        case 5: walk_lanes(&w, group, 5); break;
        default: walk_lanes(&w, group, group->points); break;
        }
    }
}

#pragma clang attribute pop

#endif
