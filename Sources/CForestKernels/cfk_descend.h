// SPDX-License-Identifier: Apache-2.0
//
// The part of a path below two blocks, for the node-parallel kernels of all tiers.
#ifndef CFK_DESCEND_H
#define CFK_DESCEND_H

#include "CForestKernels.h"

// Follows the links from a place among the values, block by block and node by node. Walks of
// different trees do not depend on each other, so the processor overlaps them.
static inline size_t cfk_descend(const cfk_block_forest *forest, const uint8_t *row,
                                 size_t place) {
    for (uint32_t link; (link = forest->links[place]) != 0;) {
        const uint8_t *block = forest->deeps + (size_t)(link - 1) * 64;
        unsigned heap = 1;
        for (int level = 0; level < 5; level++) {
            heap += heap + (row[block[31 - heap]] > block[63 - heap]);
        }
        place = forest->deep_values + (size_t)(link - 1) * 32 + heap - 32;
    }
    return place;
}

#endif
