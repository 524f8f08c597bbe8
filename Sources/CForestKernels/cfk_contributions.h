// SPDX-License-Identifier: Apache-2.0
//
// The steps of a contribution program (see cfk_contribution_step), for vectors of LANES rows. A
// tier defines, before it includes this file:
//   LANES, VECTOR, INTEGERS   rows of a vector; its floats and its int32
//   MASK                      one decision a row
//   lanes_of(bits)            the lowest LANES bits as a MASK
//   pick(mask, yes, no)       a VECTOR of either
//   all(value)                a VECTOR of one number
//   rounded(vector)           INTEGERS, to nearest, ties to even
//   CONTRIBUTE                the name of the kernel
//
// Every tier does the same operations in the same order on each row, without fused
// multiplication and addition, so that all give the same bits.
#pragma clang fp contract(off)

enum { TILE = CFK_TILE_ROWS };

// Where a walk keeps what it carries: paths are the weights P of the way down, means the values H
// of the way up, each [slot][vector][point]; totals [column][vector].
typedef struct {
    VECTOR *paths;
    VECTOR *means;
    INTEGERS *totals;
    size_t vectors;
    uint64_t held[256];
} walk_state;

// What the node's header holds in front of its points.
enum { PLUS, MINUS, SHARE, LEFT, RIGHT, HEADER };

// The share of the left child at point q: by the row's decision where it is still on the path, and
// by covers where an earlier decision on the feature has left it.
INLINE VECTOR share_of(bool repeated, MASK left, MASK right, const float *k, size_t points,
                       size_t q) {
    const VECTOR others = repeated ? all(k[SHARE]) : all(k[HEADER + points + q]);
    const VECTOR chosen = pick(left, all(k[HEADER + q]), others);
    return repeated ? pick(right, all(k[HEADER + points + q]), chosen) : chosen;
}

// Adds what the node gives its column: by `plus` where the row went left, `minus` right.
INLINE void add_total(walk_state *w, const cfk_contribution_step *s, const float *k,
                      size_t vectors, size_t v, MASK left, MASK right, VECTOR sum) {
    const VECTOR factor = pick(left, all(k[PLUS]), pick(right, all(k[MINUS]), all(0)));
    w->totals[s->column * vectors + v] += rounded(sum * factor);
}

INLINE void go_down(walk_state *w, const cfk_contribution_step *s, const float *k,
                    uint64_t goes_left, size_t vectors, size_t points, bool repeated,
                    bool left_leaf, bool right_leaf) {
    const uint64_t held = repeated ? w->held[s->before] : ~0ull;
    const uint64_t lefts = held & goes_left, rights = held & ~goes_left;
    w->held[s->children] = lefts;
    w->held[s->children + 1] = rights;
    for (size_t v = 0; v < vectors; v++) {
        const MASK left = lanes_of(lefts >> (v * LANES)), right = lanes_of(rights >> (v * LANES));
        const VECTOR *from = w->paths + (s->slot * vectors + v) * points;
        VECTOR *to_left = w->paths + (s->children * vectors + v) * points;
        VECTOR *to_right = to_left + vectors * points;
        for (size_t q = 0; q < points; q++) {
            const VECTOR part = from[q] * share_of(repeated, left, right, k, points, q);
            if (!left_leaf) to_left[q] = part;
            if (!right_leaf) to_right[q] = from[q] - part;
        }
    }
}

INLINE void go_up(walk_state *w, const cfk_contribution_step *s, const float *k,
                  uint64_t goes_left, size_t vectors, size_t points, bool repeated,
                  bool left_leaf, bool right_leaf) {
    const uint64_t held = repeated ? w->held[s->before] : ~0ull;
    const uint64_t lefts = held & goes_left, rights = held & ~goes_left;
    for (size_t v = 0; v < vectors; v++) {
        const MASK left = lanes_of(lefts >> (v * LANES)), right = lanes_of(rights >> (v * LANES));
        const VECTOR *path = w->paths + (s->slot * vectors + v) * points;
        VECTOR *mean = w->means + (s->slot * vectors + v) * points;
        const VECTOR *of_left = w->means + (s->children * vectors + v) * points;
        const VECTOR *of_right = of_left + vectors * points;
        VECTOR sum = all(0);
        for (size_t q = 0; q < points; q++) {
            const VECTOR below_left = left_leaf ? all(k[LEFT]) : of_left[q];
            const VECTOR below_right = right_leaf ? all(k[RIGHT]) : of_right[q];
            const VECTOR difference = below_left - below_right;
            const VECTOR share = share_of(repeated, left, right, k, points, q);
            mean[q] = share * difference + below_right;
            VECTOR weight = path[q];
            if (repeated) weight = weight * all(k[HEADER + 2 * points + q]);
            sum = q == 0 ? weight * difference : weight * difference + sum;
        }
        add_total(w, s, k, vectors, v, left, right, sum);
    }
}

// A node with two leaves, whose means are constants.
INLINE void go_over(walk_state *w, const cfk_contribution_step *s, const float *k,
                    uint64_t goes_left, size_t vectors, size_t points, bool repeated) {
    const uint64_t held = repeated ? w->held[s->before] : ~0ull;
    const uint64_t lefts = held & goes_left, rights = held & ~goes_left;
    for (size_t v = 0; v < vectors; v++) {
        const MASK left = lanes_of(lefts >> (v * LANES)), right = lanes_of(rights >> (v * LANES));
        const VECTOR *path = w->paths + (s->slot * vectors + v) * points;
        VECTOR *mean = w->means + (s->slot * vectors + v) * points;
        VECTOR sum = all(0);
        for (size_t q = 0; q < points; q++) {
            mean[q] = share_of(repeated, left, right, k, points, q);
            VECTOR weight = path[q];
            if (repeated) weight = weight * all(k[HEADER + 2 * points + q]);
            sum = q == 0 ? weight : weight + sum;
        }
        add_total(w, s, k, vectors, v, left, right, sum);
    }
}

INLINE void walk(const cfk_contribution_forest *forest, const cfk_contribution_tree *tree,
                 const uint64_t *conditions, const size_t vectors, const size_t points,
                 walk_state *w) {
    const cfk_contribution_step *step = forest->steps + tree->first_step;
    const cfk_contribution_step *end = step + tree->step_count;
    for (; step != end; step++) {
        const float *k = forest->constants + step->constants;
        const uint64_t c = conditions[step->condition];
        switch (step->kind) {
        case 0: go_down(w, step, k, c, vectors, points, false, false, false); break;
        case 1: go_down(w, step, k, c, vectors, points, true, false, false); break;
        case 2: go_down(w, step, k, c, vectors, points, false, true, false); break;
        case 3: go_down(w, step, k, c, vectors, points, true, true, false); break;
        case 4: go_down(w, step, k, c, vectors, points, false, false, true); break;
        case 5: go_down(w, step, k, c, vectors, points, true, false, true); break;
        case 6: go_over(w, step, k, c, vectors, points, false); break;
        case 7: go_over(w, step, k, c, vectors, points, true); break;
        case 8: go_up(w, step, k, c, vectors, points, false, false, false); break;
        case 9: go_up(w, step, k, c, vectors, points, true, false, false); break;
        case 10: go_up(w, step, k, c, vectors, points, false, true, false); break;
        case 11: go_up(w, step, k, c, vectors, points, true, true, false); break;
        case 12: go_up(w, step, k, c, vectors, points, false, false, true); break;
        default: go_up(w, step, k, c, vectors, points, true, false, true); break;
        }
    }
}

INLINE void walk_points(const cfk_contribution_forest *forest,
                        const cfk_contribution_tree *tree, const uint64_t *conditions,
                        const size_t vectors, walk_state *w) {
    switch (tree->points) {
    case 1: walk(forest, tree, conditions, vectors, 1, w); break;
    case 2: walk(forest, tree, conditions, vectors, 2, w); break;
    case 3: walk(forest, tree, conditions, vectors, 3, w); break;
    case 4: walk(forest, tree, conditions, vectors, 4, w); break;
    case 5: walk(forest, tree, conditions, vectors, 5, w); break;
    default: walk(forest, tree, conditions, vectors, tree->points, w); break;
    }
}

// Whole tiles have a number of vectors that the compiler knows.
INLINE void walk_tile(const cfk_contribution_forest *forest, const cfk_contribution_tree *tree,
                      const uint64_t *conditions, walk_state *w) {
    if (w->vectors == TILE / LANES) {
        walk_points(forest, tree, conditions, TILE / LANES, w);
    } else {
        walk_points(forest, tree, conditions, w->vectors, w);
    }
}

// Begins a walk: the weights of the points at the root, nothing in any column.
INLINE void begin_walk(const cfk_contribution_forest *forest, const cfk_contribution_tree *tree,
                       walk_state *w) {
    const size_t points = tree->points;
    const float *weights = forest->weights + points * (points - 1) / 2;
    for (size_t v = 0; v < w->vectors; v++) {
        for (size_t q = 0; q < points; q++) w->paths[v * points + q] = all(weights[q]);
    }
    for (size_t i = 0; i < tree->column_count * w->vectors; i++) w->totals[i] = (INTEGERS){0};
}

INLINE void end_walk(const cfk_contribution_forest *forest, const cfk_contribution_tree *tree,
                     const walk_state *w, int64_t *sums) {
    for (size_t column = 0; column < tree->column_count; column++) {
        int64_t *to = sums + (size_t)forest->columns[tree->first_column + column] * TILE;
        const INTEGERS *from = w->totals + column * w->vectors;
        for (size_t v = 0; v < w->vectors; v++) {
            for (size_t lane = 0; lane < LANES; lane++) to[v * LANES + lane] += from[v][lane];
        }
    }
}

void CONTRIBUTE(const cfk_contribution_forest *forest, size_t first_tree, size_t tree_count,
                const uint64_t *conditions, size_t row_count, void *scratch, int64_t *sums) {
    walk_state w;
    const size_t values = forest->slot_count * (TILE / LANES) * forest->points_max;
    w.paths = (VECTOR *)scratch;
    w.means = w.paths + values;
    w.totals = (INTEGERS *)(w.means + values);
    for (size_t i = first_tree; i < first_tree + tree_count; i++) {
        const cfk_contribution_tree *tree = forest->trees + i;
        if (tree->step_count == 0) continue;
        for (size_t row = 0; row < row_count; row += TILE) {
            const size_t tile = row / TILE;
            const size_t rows = row_count - row < TILE ? row_count - row : TILE;
            w.vectors = (rows + LANES - 1) / LANES;
            begin_walk(forest, tree, &w);
            walk_tile(forest, tree, conditions + tile * forest->condition_count, &w);
            end_walk(forest, tree, &w, sums + tile * forest->column_count * TILE);
        }
    }
}
