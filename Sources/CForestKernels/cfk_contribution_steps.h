// SPDX-License-Identifier: Apache-2.0
//
// What each kind of step does (see cfk_contribution_step), for vectors of LANES rows. Included by
// cfk_contributions.h, which says what a tier defines.

enum { TILE = CFK_TILE_ROWS, VECTORS = TILE / LANES };

// Where a walk keeps what it carries: paths are the weights P of the way down, means the values H
// of the way up, each [slot][vector][point]; totals [column][vector].
// Of the vectors the first ones are in use.
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

// The node's decisions of a tile: rows that it sends left and right, of those that are on the
// feature's part of the path.
typedef struct {
    uint64_t lefts, rights;
} decisions;

INLINE decisions decide(const walk_state *w, const cfk_contribution_step *s,
                        const uint64_t *conditions, bool repeated) {
    const uint64_t held = repeated ? w->held[s->before] : ~0ull;
    const uint64_t goes_left = conditions[s->condition];
    return (decisions){.lefts = held & goes_left, .rights = held & ~goes_left};
}

// Adds what the node gives its column: by `plus` where the row went left, `minus` right.
INLINE void add_total(walk_state *w, const cfk_contribution_step *s, const float *k,
                      size_t v, MASK left, MASK right, VECTOR sum) {
    w->totals[s->column * VECTORS + v] += rounded(factored(sum, left, k[PLUS], right, k[MINUS]));
}

// Adds the path's weight at a point to a sum over the points.
INLINE VECTOR add_weight(VECTOR path, const float *k, size_t points, size_t q, bool repeated,
                         VECTOR sum) {
    const VECTOR weight = repeated ? path * all(k[HEADER + 2 * points + q]) : path;
    return q == 0 ? weight : weight + sum;
}

// The same, times the difference of what lies below.
INLINE VECTOR add_difference(VECTOR path, VECTOR difference, const float *k, size_t points,
                             size_t q, bool repeated, VECTOR sum) {
    const VECTOR weight = repeated ? path * all(k[HEADER + 2 * points + q]) : path;
    return q == 0 ? weight * difference : weight * difference + sum;
}

INLINE void go_down(walk_state *w, const cfk_contribution_step *s, const float *k,
                    const uint64_t *conditions, size_t points, unsigned kind) {
    const bool repeated = kind & CFK_STEP_REPEATED;
    const decisions d = decide(w, s, conditions, repeated);
    w->held[s->children] = d.lefts;
    w->held[s->children + 1] = d.rights;
    for (size_t v = 0; v < w->vectors; v++) {
        const MASK left = lanes_of(d.lefts >> (v * LANES));
        const MASK right = lanes_of(d.rights >> (v * LANES));
        const VECTOR *from = w->paths + (s->slot * VECTORS + v) * points;
        VECTOR *to_left = w->paths + (s->children * VECTORS + v) * points;
        VECTOR *to_right = to_left + VECTORS * points;
        for (size_t q = 0; q < points; q++) {
            const VECTOR part = from[q] * share_of(repeated, left, right, k, points, q);
            to_left[q] = part;
            to_right[q] = from[q] - part;
        }
    }
}

INLINE void go_up(walk_state *w, const cfk_contribution_step *s, const float *k,
                  const uint64_t *conditions, size_t points, unsigned kind) {
    const bool repeated = kind & CFK_STEP_REPEATED;
    const decisions d = decide(w, s, conditions, repeated);
    for (size_t v = 0; v < w->vectors; v++) {
        const MASK left = lanes_of(d.lefts >> (v * LANES));
        const MASK right = lanes_of(d.rights >> (v * LANES));
        const VECTOR *path = w->paths + (s->slot * VECTORS + v) * points;
        VECTOR *mean = w->means + (s->slot * VECTORS + v) * points;
        const VECTOR *of_left = w->means + (s->children * VECTORS + v) * points;
        const VECTOR *of_right = of_left + VECTORS * points;
        VECTOR sum = all(0);
        for (size_t q = 0; q < points; q++) {
            const VECTOR lower = kind & CFK_STEP_LEFT_LEAF ? all(k[LEFT]) : of_left[q];
            const VECTOR upper = kind & CFK_STEP_RIGHT_LEAF ? all(k[RIGHT]) : of_right[q];
            const VECTOR difference = lower - upper;
            mean[q] = share_of(repeated, left, right, k, points, q) * difference + upper;
            sum = add_difference(path[q], difference, k, points, q, repeated, sum);
        }
        add_total(w, s, k, v, left, right, sum);
    }
}

// A node with two leaves, whose means are constants.
INLINE void go_over(walk_state *w, const cfk_contribution_step *s, const float *k,
                    const uint64_t *conditions, size_t points, unsigned kind) {
    const bool repeated = kind & CFK_STEP_REPEATED;
    const decisions d = decide(w, s, conditions, repeated);
    for (size_t v = 0; v < w->vectors; v++) {
        const MASK left = lanes_of(d.lefts >> (v * LANES));
        const MASK right = lanes_of(d.rights >> (v * LANES));
        const VECTOR *path = w->paths + (s->slot * VECTORS + v) * points;
        VECTOR *mean = w->means + (s->slot * VECTORS + v) * points;
        VECTOR sum = all(0);
        for (size_t q = 0; q < points; q++) {
            mean[q] = share_of(repeated, left, right, k, points, q);
            sum = add_weight(path[q], k, points, q, repeated, sum);
        }
        add_total(w, s, k, v, left, right, sum);
    }
}

// A node whose children are leaves or have two leaves, and these children: what passes between
// them stays in registers. Together they are most nodes of a deep tree.
INLINE void go_around(walk_state *w, const cfk_contribution_step *s, const float *constants,
                      const uint64_t *conditions, size_t points, unsigned kind) {
    const bool repeated = kind & CFK_STEP_REPEATED;
    const bool has_left = !(kind & CFK_STEP_LEFT_LEAF), has_right = !(kind & CFK_STEP_RIGHT_LEAF);
    const bool left_repeated = kind & CFK_STEP_LEFT_REPEATED;
    const bool right_repeated = kind & CFK_STEP_RIGHT_REPEATED;
    const cfk_contribution_step *s1 = s + has_left, *s2 = s1 + has_right;
    const float *k = constants + s->constants, *k1 = constants + s1->constants,
                *k2 = constants + s2->constants;
    const decisions d = decide(w, s, conditions, repeated);
    w->held[s->children] = d.lefts;
    w->held[s->children + 1] = d.rights;
    const decisions d1 = decide(w, s1, conditions, left_repeated);
    const decisions d2 = decide(w, s2, conditions, right_repeated);
    for (size_t v = 0; v < w->vectors; v++) {
        const MASK left = lanes_of(d.lefts >> (v * LANES));
        const MASK right = lanes_of(d.rights >> (v * LANES));
        const MASK left1 = lanes_of(d1.lefts >> (v * LANES));
        const MASK right1 = lanes_of(d1.rights >> (v * LANES));
        const MASK left2 = lanes_of(d2.lefts >> (v * LANES));
        const MASK right2 = lanes_of(d2.rights >> (v * LANES));
        const VECTOR *path = w->paths + (s->slot * VECTORS + v) * points;
        VECTOR *mean = w->means + (s->slot * VECTORS + v) * points;
        VECTOR sum = all(0), sum1 = all(0), sum2 = all(0);
        for (size_t q = 0; q < points; q++) {
            const VECTOR share = share_of(repeated, left, right, k, points, q);
            const VECTOR part = path[q] * share;
            VECTOR lower = all(k[LEFT]), upper = all(k[RIGHT]);
            if (has_left) {
                lower = share_of(left_repeated, left1, right1, k1, points, q);
                sum1 = add_weight(part, k1, points, q, left_repeated, sum1);
            }
            if (has_right) {
                upper = share_of(right_repeated, left2, right2, k2, points, q);
                sum2 = add_weight(path[q] - part, k2, points, q, right_repeated, sum2);
            }
            const VECTOR difference = lower - upper;
            sum = add_difference(path[q], difference, k, points, q, repeated, sum);
            mean[q] = share * difference + upper;
        }
        add_total(w, s, k, v, left, right, sum);
        if (has_left) add_total(w, s1, k1, v, left1, right1, sum1);
        if (has_right) add_total(w, s2, k2, v, left2, right2, sum2);
    }
}
