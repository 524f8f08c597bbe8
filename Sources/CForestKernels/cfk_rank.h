// SPDX-License-Identifier: Apache-2.0
//
// The bytes of one row that are no ranks: sets of categories, and codes.
#ifndef CFK_RANK_H
#define CFK_RANK_H

#include "CForestKernels.h"

static inline uint8_t cfk_set_byte(const cfk_rank_plan *plan, const cfk_set_column *set, float x) {
    if (x != x) return set->missing;
    // A value that is not a category is not a member.
    if (!(x >= 0.0f && x < (float)(set->word_count * 32))) return 0;
    const uint32_t category = (uint32_t)x;
    const uint32_t word = plan->words[set->word_offset + (category >> 5)];
    return (word >> (category & 31)) & 1 ? 255 : 0;
}

static inline uint8_t cfk_code_byte(const cfk_rank_plan *plan, const cfk_code_column *column,
                                    uint8_t code) {
    return plan->tables[column->table_offset + (code < 63 ? code : 63)];
}

// Writes the rank of x, or the bytes of a missing value, to the slots of a column.
static inline void cfk_write_rank(const cfk_rank_column *column, float x, uint8_t rank,
                                  uint8_t *bytes) {
    bytes[column->slots[0]] = x != x ? column->missing[0] : rank;
    if (column->slot_count == 2) bytes[column->slots[1]] = x != x ? column->missing[1] : rank;
}

static inline void cfk_write_categories(const cfk_rank_plan *plan, const cfk_source *source,
                                        size_t row, uint8_t *bytes) {
    const float *values = source->values + row * source->row_stride;
    for (uint32_t c = 0; c < plan->set_count; c++) {
        const cfk_set_column *set = &plan->sets[c];
        bytes[set->slot] = cfk_set_byte(plan, set, values[set->source * source->column_stride]);
    }
    const uint8_t *codes = source->codes + row * source->code_row_stride;
    for (uint32_t c = 0; c < plan->code_count; c++) {
        const cfk_code_column *column = &plan->codes[c];
        bytes[column->slot] =
            cfk_code_byte(plan, column, codes[column->source * source->code_column_stride]);
    }
}

#endif
