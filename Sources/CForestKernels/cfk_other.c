// SPDX-License-Identifier: Apache-2.0
//
// Processors without the x86-64 kernels: the tier is never above portable there, so these are
// linked and never called.
#include "CForestKernels.h"

#if !defined(__x86_64__)

void cfk_sigmoid_all_avx512(float *values, size_t count) { cfk_sigmoid_all(values, count); }

void cfk_rank_row_avx512(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                         uint8_t *bytes) {
    cfk_rank_row_portable(plan, source, row, bytes);
}

void cfk_rank_block_avx512(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                           size_t row_count, uint8_t *bytes, size_t stride) {
    cfk_rank_block_portable(plan, source, row, row_count, bytes, stride);
}

void cfk_keys_row_avx512(const cfk_key_plan *keys, const cfk_rank_plan *plan,
                         const cfk_source *source, size_t row, uint32_t *target) {
    cfk_keys_row_portable(keys, plan, source, row, target);
}

float cfk_score_keyed_row_avx512(const cfk_keyed_forest *forest, const uint32_t *keys,
                                 float sum) {
    return cfk_score_keyed_row_portable(forest, keys, sum);
}

void cfk_keys_tile_avx512(const cfk_key_plan *keys, const cfk_rank_plan *plan,
                          const cfk_source *source, size_t row, size_t row_count,
                          uint32_t *target) {
    (void)keys, (void)plan, (void)source, (void)row, (void)row_count, (void)target;
}

void cfk_score_keyed_rows_avx512(const cfk_keyed_forest *forest, const uint32_t *tile,
                                 size_t row_count, float *margins) {
    (void)forest, (void)tile, (void)row_count, (void)margins;
}

void cfk_score_blocks_row_avx512(const cfk_block_forest *forest, const uint8_t *rows,
                                 size_t row_stride, size_t row_count, float *margins) {
    (void)forest, (void)rows, (void)row_stride, (void)row_count, (void)margins;
}

void cfk_score_blocks_rows_avx512(const cfk_block_forest *forest, const uint8_t *rows,
                                  size_t row_stride, size_t row_count, float *margins) {
    (void)forest, (void)rows, (void)row_stride, (void)row_count, (void)margins;
}

void cfk_score_blocks_avx2(const cfk_block_forest *forest, const uint8_t *rows, size_t row_stride,
                           size_t row_count, size_t slot_count, float *margins) {
    (void)forest, (void)rows, (void)row_stride, (void)row_count, (void)slot_count, (void)margins;
}

void cfk_conditions_avx512(const cfk_condition *conditions, size_t count, const uint8_t *bytes,
                           size_t stride, size_t row_count, uint8_t *vectors) {
    (void)conditions, (void)count, (void)bytes, (void)stride, (void)row_count, (void)vectors;
}

void cfk_score_sliced_avx512(const cfk_sliced_forest *forest, const uint8_t *conditions,
                             size_t row_count, uint8_t *planes, float *sums) {
    (void)forest, (void)conditions, (void)row_count, (void)planes, (void)sums;
}

void cfk_read_sums_avx512(const float *sums, size_t row_count, float *margins) {
    (void)sums, (void)row_count, (void)margins;
}

void cfk_condition_words_avx512(const cfk_condition *conditions, size_t count,
                                const uint8_t *bytes, size_t stride, uint64_t *words) {
    cfk_condition_words(conditions, count, bytes, stride, CFK_TILE_ROWS, words);
}

void cfk_contribute_avx2(const cfk_contribution_forest *forest, size_t first_tree,
                         size_t tree_count, const uint64_t *conditions, size_t row_count,
                         void *scratch, int64_t *sums) {
    cfk_contribute_portable(forest, first_tree, tree_count, conditions, row_count, scratch, sums);
}

void cfk_contribute_avx512(const cfk_contribution_forest *forest, size_t first_tree,
                           size_t tree_count, const uint64_t *conditions, size_t row_count,
                           void *scratch, int64_t *sums) {
    cfk_contribute_portable(forest, first_tree, tree_count, conditions, row_count, scratch, sums);
}

// Never called: there are no tables for it where the tier is absent.
void cfk_contribute_row_avx512(const cfk_lane_forest *forest, size_t first_group,
                               size_t group_count, const uint8_t *row, void *scratch,
                               int64_t *sums) {
    (void)forest, (void)first_group, (void)group_count, (void)row, (void)scratch, (void)sums;
}

#endif
