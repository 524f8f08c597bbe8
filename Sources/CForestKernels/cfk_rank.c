// SPDX-License-Identifier: Apache-2.0
//
// Values to bytes, in portable C. The rank of x is the number of cuts <= x, so that `x < cut[k]`
// is `rank <= k`: a search down a heap of cuts ends at leaf 2^levels + rank.
#include "CForestKernels.h"
#include "cfk_rank.h"

static inline uint8_t rank_of(const float *cuts, unsigned levels, float x) {
    size_t entry = 1;
    // Added, not chosen: compilers turn a choice into a branch that mispredicts.
    for (unsigned level = 0; level < levels; level++) entry += entry + (size_t)(cuts[entry] <= x);
    return (uint8_t)(entry - ((size_t)1 << levels));
}

void cfk_rank_row_portable(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                           uint8_t *bytes) {
    const float *values = source->values + row * source->row_stride;
    for (uint32_t c = 0; c < plan->rank_count; c++) {
        const cfk_rank_column *column = &plan->ranks[c];
        const float x = values[column->source * source->column_stride];
        const float *cuts = plan->cuts + column->cut_offset;
        // The smallest cut is the leftmost entry of the last level.
        const uint8_t rank = column->cut_count == 1 ? cuts[1u << (column->levels - 1)] <= x
                                                    : rank_of(cuts, column->levels, x);
        cfk_write_rank(column, x, rank, bytes);
    }
    cfk_write_categories(plan, source, row, bytes);
}

static void rank_column(const cfk_rank_plan *plan, const cfk_rank_column *column,
                        const float *values, size_t row_stride, size_t row_count, uint8_t *bytes,
                        size_t stride) {
    const float *cuts = plan->cuts + column->cut_offset;
    for (size_t r = 0; r < row_count; r++) {
        const float x = values[r * row_stride];
        const uint8_t rank = rank_of(cuts, column->levels, x);
        for (unsigned s = 0; s < column->slot_count; s++) {
            bytes[column->slots[s] * stride + r] = x != x ? column->missing[s] : rank;
        }
    }
}

void cfk_rank_block_portable(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                             size_t row_count, uint8_t *bytes, size_t stride) {
    const float *values = source->values + row * source->row_stride;
    const uint8_t *codes = source->codes + row * source->code_row_stride;
    for (uint32_t c = 0; c < plan->rank_count; c++) {
        const cfk_rank_column *column = &plan->ranks[c];
        rank_column(plan, column, values + column->source * source->column_stride,
                    source->row_stride, row_count, bytes, stride);
    }
    for (uint32_t c = 0; c < plan->set_count; c++) {
        const cfk_set_column *set = &plan->sets[c];
        const float *first = values + set->source * source->column_stride;
        for (size_t r = 0; r < row_count; r++) {
            bytes[set->slot * stride + r] = cfk_set_byte(plan, set, first[r * source->row_stride]);
        }
    }
    for (uint32_t c = 0; c < plan->code_count; c++) {
        const cfk_code_column *column = &plan->codes[c];
        const uint8_t *first = codes + column->source * source->code_column_stride;
        for (size_t r = 0; r < row_count; r++) {
            bytes[column->slot * stride + r] =
                cfk_code_byte(plan, column, first[r * source->code_row_stride]);
        }
    }
}

void cfk_transpose(const uint8_t *slots, size_t stride, size_t slot_count, size_t row_count,
                   uint8_t *rows, size_t row_stride) {
    // Squares of 16 stay in registers once the compiler has unrolled them.
    for (size_t s = 0; s < slot_count; s += 16) {
        const size_t height = slot_count - s < 16 ? slot_count - s : 16;
        for (size_t r = 0; r < row_count; r += 16) {
            const size_t width = row_count - r < 16 ? row_count - r : 16;
            for (size_t j = 0; j < width; j++) {
                for (size_t i = 0; i < height; i++) {
                    rows[(r + j) * row_stride + s + i] = slots[(s + i) * stride + r + j];
                }
            }
        }
    }
}
