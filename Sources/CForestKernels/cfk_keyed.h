// SPDX-License-Identifier: Apache-2.0
//
// Values as keys: numbers in the order of floats. Ranking every value of a wide row costs more than
// the few splits that the row meets; a key takes two operations. A missing value has a key too,
// chosen for each column so that it goes where its splits send it: each step of a walk is one
// comparison.
#ifndef CFK_KEYED_H
#define CFK_KEYED_H

#include "cfk_rank.h"

#include <string.h>

enum { KEYED_LEVELS = 6, KEYED_NODES = 64 };

// Both zeros are one.
static inline __attribute__((always_inline)) uint32_t cfk_key(float x, uint32_t missing) {
    const float value = x + 0.0f;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint32_t key = bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u);
    return x != x ? missing : key;
}

// The keys of the ranked slots of a row.
static inline __attribute__((always_inline)) void cfk_keys_of_row(
    const cfk_key_plan *keys, const cfk_source *source, size_t row, uint32_t *target) {
    const float *values = source->values + row * source->row_stride;
    for (size_t r = 0; r < keys->run_count; r++) {
        const cfk_key_run run = keys->runs[r];
        const uint32_t *missing = keys->missing + run.first;
        uint32_t *own = target + run.first;
        if (source->column_stride == 1) {
            const float *first = values + run.source;
            for (uint32_t i = 0; i < run.count; i++) own[i] = cfk_key(first[i], missing[i]);
        } else {
            const float *first = values + run.source * source->column_stride;
            for (uint32_t i = 0; i < run.count; i++) {
                own[i] = cfk_key(first[i * source->column_stride], missing[i]);
            }
        }
    }
}

// The keys of sets and codes of a row are their bytes.
static inline void cfk_category_keys(const cfk_key_plan *keys, const cfk_rank_plan *plan,
                                     const cfk_source *source, size_t row, uint32_t *target,
                                     size_t stride) {
    uint32_t *next = target + keys->ranked_count * stride;
    const float *values = source->values + row * source->row_stride;
    for (uint32_t c = 0; c < plan->set_count; c++, next += stride) {
        const cfk_set_column *set = &plan->sets[c];
        *next = cfk_set_byte(plan, set, values[set->source * source->column_stride]);
    }
    const uint8_t *codes = source->codes + row * source->code_row_stride;
    for (uint32_t c = 0; c < plan->code_count; c++, next += stride) {
        const cfk_code_column *column = &plan->codes[c];
        *next = cfk_code_byte(plan, column, codes[column->source * source->code_column_stride]);
    }
}

#endif
