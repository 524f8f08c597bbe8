// SPDX-License-Identifier: Apache-2.0
//
// The steps of a contribution program (see cfk_contribution_step), for vectors of LANES rows. A
// tier defines, before it includes this file:
//   LANES, VECTOR, INTEGERS   rows of a vector; its floats and its int32
//   MASK                      one decision a row
//   lanes_of(bits)            the lowest LANES bits as a MASK
//   pick(mask, yes, no)       a VECTOR of either
//   all(value)                a VECTOR of one number
//   factored(sum, left, plus, right, minus)   sum times plus or minus; 0 where neither mask is set
//   rounded(vector)           INTEGERS, to nearest, ties to even
//   CONTRIBUTE                the name of the kernel
//
// Every tier does the same operations in the same order on each row, without fused
// multiplication and addition, so that all give the same bits.
#pragma clang fp contract(off)

#include "cfk_contribution_steps.h"

// Takes a step of a kind that the compiler knows.
// Returns the next one.
INLINE const cfk_contribution_step *go(walk_state *w, const cfk_contribution_step *step,
                                       const float *constants, const uint64_t *conditions,
                                       size_t points, unsigned kind) {
    const float *k = constants + step->constants;
    const bool has_left = !(kind & CFK_STEP_LEFT_LEAF), has_right = !(kind & CFK_STEP_RIGHT_LEAF);
    if (kind & CFK_STEP_AROUND) {
        go_around(w, step, constants, conditions, points, kind);
        return step + 1 + has_left + has_right;
    }
    if (!has_left && !has_right) {
        go_over(w, step, k, conditions, points, kind);
    } else if (kind & CFK_STEP_UP) {
        go_up(w, step, k, conditions, points, kind);
    } else {
        go_down(w, step, k, conditions, points, kind);
    }
    return step + 1;
}

#define STEP(kind)                                                                              \
    case kind:                                                                                  \
        step = go(w, step, forest->constants, conditions, points, kind);               \
        break
#define STEPS(kind)                                                                             \
    STEP(kind);                                                                                 \
    STEP((kind) | CFK_STEP_REPEATED)

INLINE void walk(const cfk_contribution_forest *forest, const cfk_contribution_tree *tree,
                 const uint64_t *conditions, size_t points, walk_state *w) {
    enum {
        L = CFK_STEP_LEFT_LEAF,
        R = CFK_STEP_RIGHT_LEAF,
        UP = CFK_STEP_UP,
        AROUND = CFK_STEP_AROUND,
        L_REPEATED = CFK_STEP_LEFT_REPEATED,
        R_REPEATED = CFK_STEP_RIGHT_REPEATED
    };
    const cfk_contribution_step *step = forest->steps + tree->first_step;
    const cfk_contribution_step *end = step + tree->step_count;
    while (step != end) {
        switch (step->kind) {
            STEPS(0);
            STEPS(L | R);
            STEPS(UP);
            STEPS(UP | L);
            STEPS(UP | R);
            STEPS(AROUND | L);
            STEPS(AROUND | L | R_REPEATED);
            STEPS(AROUND | R);
            STEPS(AROUND | R | L_REPEATED);
            STEPS(AROUND);
            STEPS(AROUND | L_REPEATED);
            STEPS(AROUND | R_REPEATED);
            STEPS(AROUND | L_REPEATED | R_REPEATED);
        default: return;  // no step of any program
        }
    }
}

// Begins a walk: the weights of the points at the root, nothing in any column.
INLINE void begin_walk(const cfk_contribution_forest *forest, const cfk_contribution_tree *tree,
                       size_t points, walk_state *w) {
    const float *weights = forest->weights + points * (points - 1) / 2;
    for (size_t v = 0; v < w->vectors; v++) {
        for (size_t q = 0; q < points; q++) w->paths[v * points + q] = all(weights[q]);
    }
    for (size_t i = 0; i < (size_t)tree->column_count * VECTORS; i++) {
        w->totals[i] = (INTEGERS){0};
    }
}

INLINE void end_walk(const cfk_contribution_forest *forest, const cfk_contribution_tree *tree,
                     const walk_state *w, int64_t *sums) {
    for (size_t column = 0; column < tree->column_count; column++) {
        int64_t *to = sums + (size_t)forest->columns[tree->first_column + column] * TILE;
        const INTEGERS *from = w->totals + column * VECTORS;
        for (size_t v = 0; v < w->vectors; v++) {
            for (size_t lane = 0; lane < LANES; lane++) to[v * LANES + lane] += from[v][lane];
        }
    }
}

// Adds what one tree gives a tile.
INLINE void add_tree(const cfk_contribution_forest *forest, const cfk_contribution_tree *tree,
                     const uint64_t *conditions, size_t vectors, size_t points, void *scratch,
                     int64_t *sums) {
    walk_state w;
    const size_t values = forest->slot_count * VECTORS * forest->points_max;
    w.paths = (VECTOR *)scratch;
    w.means = w.paths + values;
    w.totals = (INTEGERS *)(w.means + values);
    w.vectors = vectors;
    begin_walk(forest, tree, points, &w);
    walk(forest, tree, conditions, points, &w);
    end_walk(forest, tree, &w, sums);
}

typedef void (*tree_adder)(const cfk_contribution_forest *, const cfk_contribution_tree *,
                           const uint64_t *conditions, size_t vectors, void *scratch,
                           int64_t *sums);

// One for each number of points that the compiler is to know.
#define TREE_ADDER(name, points)                                                                \
    static void name(const cfk_contribution_forest *forest, const cfk_contribution_tree *tree,  \
                     const uint64_t *conditions, size_t vectors, void *scratch,                 \
                     int64_t *sums) {                                                           \
        add_tree(forest, tree, conditions, vectors, points, scratch, sums);                     \
    }
TREE_ADDER(add_2, 2)
TREE_ADDER(add_3, 3)
TREE_ADDER(add_4, 4)
TREE_ADDER(add_5, 5)
TREE_ADDER(add_any, tree->points)

INLINE tree_adder adder_of(size_t points) {
    switch (points) {
    case 2: return add_2;
    case 3: return add_3;
    case 4: return add_4;
    case 5: return add_5;
    default: return add_any;
    }
}

void CONTRIBUTE(const cfk_contribution_forest *forest, size_t first_tree, size_t tree_count,
                const uint64_t *conditions, size_t row_count, void *scratch, int64_t *sums) {
    for (size_t i = first_tree; i < first_tree + tree_count; i++) {
        const cfk_contribution_tree *tree = forest->trees + i;
        if (tree->step_count == 0) continue;
        const tree_adder add = adder_of(tree->points);
        for (size_t row = 0; row < row_count; row += TILE) {
            const size_t tile = row / TILE;
            const size_t rows = row_count - row < TILE ? row_count - row : TILE;
            add(forest, tree, conditions + tile * forest->condition_count,
                (rows + LANES - 1) / LANES, scratch, sums + tile * forest->column_count * TILE);
        }
    }
}
