// SPDX-License-Identifier: Apache-2.0
//
// Portable scoring. A walk waits for memory at each node, so several go side by side: twelve rows
// down one tree, or one row down eight trees. Every walk takes as many steps as the deepest path;
// a leaf leads to itself.
#include "CForestKernels.h"

enum { LANES = 12, TREES = 8 };

static inline uint32_t step(const cfk_node *nodes, uint32_t index, const uint8_t *row) {
    const cfk_node node = nodes[index];
    return node.left + (uint32_t)(row[node.slot] > node.cut);
}

static void score_rows(const cfk_portable_forest *forest, const uint8_t *rows, size_t row_stride,
                       float *margins) {
    float sums[LANES];
    for (int lane = 0; lane < LANES; lane++) sums[lane] = margins[lane];
    for (size_t tree = 0; tree < forest->tree_count; tree++) {
        uint32_t index[LANES];
        for (int lane = 0; lane < LANES; lane++) index[lane] = forest->roots[tree];
        for (uint32_t depth = forest->depths[tree]; depth > 0; depth--) {
            for (int lane = 0; lane < LANES; lane++) {
                index[lane] = step(forest->nodes, index[lane], rows + lane * row_stride);
            }
        }
        for (int lane = 0; lane < LANES; lane++) sums[lane] += forest->values[index[lane]];
    }
    for (int lane = 0; lane < LANES; lane++) margins[lane] = sums[lane];
}

static float score_row(const cfk_portable_forest *forest, const uint8_t *row, float sum) {
    size_t tree = 0;
    for (; tree + TREES <= forest->tree_count; tree += TREES) {
        uint32_t index[TREES];
        uint32_t depth = 0;
        for (int i = 0; i < TREES; i++) {
            index[i] = forest->roots[tree + i];
            if (forest->depths[tree + i] > depth) depth = forest->depths[tree + i];
        }
        for (; depth > 0; depth--) {
            for (int i = 0; i < TREES; i++) {
                index[i] = step(forest->nodes, index[i], row);
            }
        }
        // In tree order: another order changes the last bit.
        for (int i = 0; i < TREES; i++) sum += forest->values[index[i]];
    }
    for (; tree < forest->tree_count; tree++) {
        uint32_t index = forest->roots[tree];
        for (uint32_t depth = forest->depths[tree]; depth > 0; depth--) {
            index = step(forest->nodes, index, row);
        }
        sum += forest->values[index];
    }
    return sum;
}

void cfk_score_portable(const cfk_portable_forest *forest, const uint8_t *rows, size_t row_stride,
                        size_t row_count, float *margins) {
    size_t row = 0;
    for (; row + LANES <= row_count; row += LANES) {
        score_rows(forest, rows + row * row_stride, row_stride, margins + row);
    }
    for (; row < row_count; row++) {
        margins[row] = score_row(forest, rows + row * row_stride, margins[row]);
    }
}
