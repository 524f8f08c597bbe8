// SPDX-License-Identifier: Apache-2.0
//
// Bit-sliced scoring: a vector holds one bit of each of 512 rows. Every distinct condition is one
// vector (cfk_conditions_avx512.c); a tree turns them into the bits (planes) of each row's leaf
// code, by generated code or by units of six levels; codes become values by table lookup and are
// added in tree order (cfk_leaves_avx512.h).
#include "cfk_leaves_avx512.h"

#include <string.h>

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

enum { TILE_TREES = 8 };

// MARK: units

// The planes of subtrees, lowest first: a subtree of height h has h of them.
typedef struct {
    __m512i plane[6];
} unit_planes;

INLINE __m512i load_condition(const uint8_t *conditions, uint16_t number) {
    return _mm512_load_si512(conditions + (size_t)number * VECTOR);
}

// decision ? right : left
INLINE __m512i choose(__m512i decision, __m512i right, __m512i left) {
    return _mm512_ternarylogic_epi64(decision, right, left, 0xCA);
}

// A subtree of `height` levels from its halves.
INLINE unit_planes join(__m512i decision, const unit_planes *left, const unit_planes *right,
                        int height) {
    unit_planes joined;
#pragma clang loop unroll(full)
    for (int p = 0; p < height - 1; p++) {
        joined.plane[p] = choose(decision, right->plane[p], left->plane[p]);
    }
    joined.plane[height - 1] = decision;
    return joined;
}

#define SUBTREE(height, below)                                                                  \
    INLINE unit_planes subtree##height(const uint8_t *conditions, const uint16_t *heap,         \
                                       int entry) {                                             \
        const unit_planes left = subtree##below(conditions, heap, 2 * entry);                   \
        const unit_planes right = subtree##below(conditions, heap, 2 * entry + 1);              \
        return join(load_condition(conditions, heap[entry]), &left, &right, height);            \
    }

INLINE unit_planes subtree1(const uint8_t *conditions, const uint16_t *heap, int entry) {
    unit_planes planes;
    planes.plane[0] = load_condition(conditions, heap[entry]);
    return planes;
}
SUBTREE(2, 1)
SUBTREE(3, 2)
SUBTREE(4, 3)
SUBTREE(5, 4)
SUBTREE(6, 5)

enum { UNIT_LEVELS = 6, UNIT_CONDITIONS = 63, PLANES_MAX = 10 };

// Joins the two subtrees on top of the stack, of `level` levels each.
INLINE void join_stack(__m512i decision, unsigned level, __m512i *left) {
    const __m512i *right = left + PLANES_MAX;
    for (unsigned p = 0; p < level; p++) left[p] = choose(decision, right[p], left[p]);
    left[level] = decision;
}

// Runs the units of a tree; its planes end in stack[0 ..< plane_count].
static void run_units(const uint8_t *conditions, const uint16_t *numbers, unsigned plane_count,
                      __m512i *stack) {
    const unsigned unit_count = 1u << (plane_count - UNIT_LEVELS);
    __m512i *top = stack;
    for (unsigned unit = 0; unit < unit_count; unit++) {
        const unit_planes planes = subtree6(conditions, numbers - 1, 1);
        for (int p = 0; p < UNIT_LEVELS; p++) top[p] = planes.plane[p];
        numbers += UNIT_CONDITIONS;
        top += PLANES_MAX;
        // An odd unit is the right half of a subtree, which may be a right half in turn.
        for (unsigned half = unit, level = UNIT_LEVELS; half & 1; half >>= 1, level++) {
            top -= PLANES_MAX;
            join_stack(load_condition(conditions, *numbers++), level, top - PLANES_MAX);
        }
    }
}

// MARK: all trees

typedef void (*tree_code)(const uint8_t *conditions, uint8_t *planes);

INLINE void find_planes(const cfk_sliced_forest *forest, const cfk_sliced_tree *tree,
                        const uint8_t *conditions, uint8_t *planes) {
    if (forest->code) {
        const tree_code code = (tree_code)(uintptr_t)(forest->code + tree->program_offset);
        code(conditions, planes);
    } else {
        run_units(conditions, forest->units + tree->program_offset, tree->plane_count,
                  (__m512i *)(void *)planes);
    }
}

// A block runs each byte of generated code once. What exceeds the second cache is prefetched this
// many trees ahead, and after a tree's own code: that loads conditions all the time, the steps after
// it seldom.
enum { AHEAD_TREES = 2, LINE_BYTES = 64 };

INLINE void prefetch_code(const cfk_sliced_forest *forest, const cfk_sliced_tree *tree) {
    // The code of a tree ends where that of the next one begins; the last tree goes without.
    if (tree + 1 >= forest->trees + forest->tree_count) return;
    const uint8_t *end = forest->code + tree[1].program_offset;
    for (const uint8_t *line = forest->code + tree->program_offset; line < end;
         line += LINE_BYTES) {
        __builtin_prefetch(line, 0, 2);
    }
}

// Whether SMALL_TREES trees are there from `tree` on, all of them small.
INLINE bool are_small(const cfk_sliced_tree *tree, size_t left) {
    if (left < SMALL_TREES) return false;
    for (int t = 0; t < SMALL_TREES; t++) {
        if (tree[t].plane_count > SMALL_PLANES) return false;
    }
    return true;
}

// `prefetches`: no block has run the code of these trees just before, and it is far away.
static void score_trees(const cfk_sliced_forest *forest, const cfk_sliced_tree *tree,
                        const cfk_sliced_tree *end, bool prefetches, int groups,
                        const uint8_t *conditions, uint8_t *planes, float *sums) {
    while (tree < end) {
        if (are_small(tree, (size_t)(end - tree))) {
            __m512i codes[SMALL_TREES][GROUPS];
            for (int t = 0; t < SMALL_TREES; t++) {
                find_planes(forest, &tree[t], conditions, planes);
                if (prefetches) prefetch_code(forest, &tree[t] + AHEAD_TREES);
                codes_of(planes, tree[t].plane_count, SMALL_PLANES, codes[t]);
            }
            add_small(codes, tree, forest->tables, groups, sums);
            tree += SMALL_TREES;
        } else {
            find_planes(forest, tree, conditions, planes);
            if (prefetches) prefetch_code(forest, tree + AHEAD_TREES);
            if (forest->gathers && tree->chunk_count >= CFK_GATHERED_CHUNKS) {
                gather_leaves(planes, tree, forest->tables, groups, sums);
            } else {
                add_leaves(planes, tree, forest->tables, groups, sums);
            }
            tree++;
        }
    }
}

void cfk_score_sliced_avx512(const cfk_sliced_forest *forest, const uint8_t *conditions,
                             size_t row_count, uint8_t *planes, float *sums) {
    const size_t block_count = (row_count + CFK_BLOCK_ROWS - 1) / CFK_BLOCK_ROWS;
    const int groups = row_count <= CFK_HALF_BLOCK_ROWS ? HALF_GROUPS : GROUPS;
    for (size_t tile = 0; tile < forest->tree_count; tile += TILE_TREES) {
        const size_t left = forest->tree_count - tile;
        const cfk_sliced_tree *first = forest->trees + tile;
        const cfk_sliced_tree *end = first + (left < TILE_TREES ? left : TILE_TREES);
        for (size_t block = 0; block < block_count; block++) {
            score_trees(forest, first, end, forest->prefetches && block == 0, groups,
                        conditions + block * forest->condition_bytes, planes,
                        sums + block * CFK_BLOCK_ROWS);
        }
    }
}

void cfk_read_sums_avx512(const float *sums, size_t row_count, float *margins) {
    const int groups = row_count <= CFK_HALF_BLOCK_ROWS ? HALF_GROUPS : GROUPS;
    float ordered[CFK_BLOCK_ROWS];
    for (int g = 0; g < groups; g++) {
        for (int lane = 0; lane < 4; lane++) {
            for (int v = 0; v < 4; v++) {
                memcpy(ordered + (lane * groups + g) * 16 + v * 4,
                       sums + g * 64 + v * 16 + lane * 4, 16);
            }
        }
    }
    memcpy(margins, ordered, row_count * sizeof(float));
}

#pragma clang attribute pop

#endif
