// SPDX-License-Identifier: Apache-2.0
//
// One row of many columns by keys. A step waits for memory: eight trees are walked side by side.
#include "cfk_keyed.h"

enum { TREES = 8 };

void cfk_keys_row_portable(const cfk_key_plan *keys, const cfk_rank_plan *plan,
                           const cfk_source *source, size_t row, uint32_t *target) {
    cfk_keys_of_row(keys, source, row, target);
    cfk_category_keys(keys, plan, source, row, target, 1);
}

float cfk_score_keyed_row_portable(const cfk_keyed_forest *forest, const uint32_t *keys,
                                   float sum) {
    const cfk_keyed_node *nodes = forest->nodes;
    const float *values = forest->values;
    for (size_t tree = 0; tree < forest->tree_count; tree += TREES) {
        size_t place[TREES];
        for (size_t i = 0; i < TREES; i++) place[i] = 1;
        for (int level = 0; level < KEYED_LEVELS; level++) {
            for (size_t i = 0; i < TREES; i++) {
                const cfk_keyed_node node = nodes[i * KEYED_NODES + place[i]];
                place[i] += place[i] + (size_t)(keys[node.column] > node.below);
            }
        }
        const size_t left = forest->tree_count - tree;
        const size_t count = left < TREES ? left : TREES;
        // In tree order: another order changes the last bit.
        for (size_t i = 0; i < count; i++) {
            sum += values[i * KEYED_NODES + place[i] - KEYED_NODES];
        }
        nodes += TREES * KEYED_NODES;
        values += TREES * KEYED_NODES;
    }
    return sum;
}
