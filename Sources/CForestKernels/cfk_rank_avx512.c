// SPDX-License-Identifier: Apache-2.0
//
// Values to bytes with AVX-512: 64 or 128 rows of a column at a time. Several cuts are searched, a
// single one is a comparison.
#include "cfk_rank.h"
#include "cfk_search_avx512.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

// 16 values of a column from row on; lanes outside the mask are 0.
INLINE __m512 load16(const float *values, size_t row_stride, size_t row, __mmask16 lanes) {
    if (row_stride == 1) return _mm512_maskz_loadu_ps(lanes, values + row);
    float copy[16] = {0};
    const unsigned count = (unsigned)__builtin_popcount(lanes);
    for (unsigned i = 0; i < count; i++) copy[i] = values[(row + i) * row_stride];
    return _mm512_loadu_ps(copy);
}

INLINE __mmask16 lanes_of(size_t row, size_t row_count) {
    const size_t left = row < row_count ? row_count - row : 0;
    return left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
}

typedef struct {
    const float *values;
    size_t row_stride;
    size_t row_count;
} column_values;

// 16 values from row on, of 64 that are all there or not.
INLINE __m512 load_part(const column_values *column, size_t row, bool is_whole) {
    if (is_whole) return _mm512_loadu_ps(column->values + row);
    return load16(column->values, column->row_stride, row, lanes_of(row, column->row_count));
}

INLINE void store_ranks(const cfk_rank_column *column, __m512i ranks, uint64_t missing,
                        uint8_t *bytes, size_t stride) {
    for (unsigned s = 0; s < column->slot_count; s++) {
        const __m512i result = _mm512_mask_set1_epi8(ranks, missing, (char)column->missing[s]);
        _mm512_storeu_si512(bytes + column->slots[s] * stride, result);
    }
}

// 64 rows for each group.
INLINE void rank_groups(const cfk_rank_column *column, const uint8_t *table,
                        const search_bits *bits, unsigned levels, const column_values *values,
                        size_t row, int group_count, bool is_whole, uint8_t *bytes,
                        size_t stride) {
    __m512 x[PARTS_MAX];
    uint64_t missing[PARTS_MAX / 4] = {0};
    __m512i ranks[PARTS_MAX / 4];
#pragma clang loop unroll(full)
    for (int part = 0; part < 4 * group_count; part++) {
        x[part] = load_part(values, row + (size_t)part * 16, is_whole);
        missing[part / 4] |= (uint64_t)_mm512_cmp_ps_mask(x[part], x[part], _CMP_UNORD_Q)
                             << (part % 4 * 16);
    }
    search(table, bits, levels, x, group_count, ranks);
#pragma clang loop unroll(full)
    for (int group = 0; group < group_count; group++) {
        store_ranks(column, ranks[group], missing[group], bytes + row + (size_t)group * 64, stride);
    }
}

INLINE void rank_levels(const cfk_rank_column *column, const uint8_t *table, unsigned levels,
                        const column_values *values, uint8_t *bytes, size_t stride) {
    const search_bits bits = make_bits();
    size_t row = 0;
    if (values->row_stride == 1) {
        for (; row + 128 <= values->row_count; row += 128) {
            rank_groups(column, table, &bits, levels, values, row, 2, true, bytes, stride);
        }
    }
    for (; row < values->row_count; row += 64) {
        rank_groups(column, table, &bits, levels, values, row, 1, false, bytes, stride);
    }
}

// Which values a single cut sends right; the third, missing ones only.
typedef enum { REACHED, REACHED_OR_MISSING, MISSING } single_choice;

INLINE __mmask16 chosen(single_choice choice, __m512 cut, __m512 x) {
    switch (choice) {
    case REACHED: return _mm512_cmp_ps_mask(cut, x, _CMP_LE_OQ);
    case REACHED_OR_MISSING: return _mm512_cmp_ps_mask(cut, x, _CMP_NGT_UQ);
    default: return _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    }
}

INLINE void single64(__m512 cut, single_choice choice, const column_values *values, size_t row,
                     bool is_whole, uint8_t *bytes) {
    uint64_t reached = 0;
#pragma clang loop unroll(full)
    for (int part = 0; part < 4; part++) {
        const __m512 x = load_part(values, row + (size_t)part * 16, is_whole);
        reached |= (uint64_t)chosen(choice, cut, x) << (part * 16);
    }
    _mm512_storeu_si512(bytes + row, _mm512_maskz_set1_epi8(reached, 1));
}

INLINE void single_rows(float only_cut, single_choice choice, const column_values *values,
                        uint8_t *bytes) {
    const __m512 cut = _mm512_set1_ps(only_cut);
    size_t row = 0;
    if (values->row_stride == 1) {
        for (; row + 64 <= values->row_count; row += 64) {
            single64(cut, choice, values, row, true, bytes);
        }
    }
    for (; row < values->row_count; row += 64) {
        single64(cut, choice, values, row, false, bytes);
    }
}

// One cut, as one-hot columns have it: byte 1 goes right like any other that is not 0, so that one
// comparison decides about missing values, too.
static void rank_single(const cfk_rank_column *column, float cut, const column_values *values,
                        uint8_t *bytes, size_t stride) {
    for (unsigned s = 0; s < column->slot_count; s++) {
        uint8_t *slot = bytes + column->slots[s] * stride;
        if (column->missing[s] == 0) {
            single_rows(cut, REACHED, values, slot);
        } else if (cut == cut) {
            single_rows(cut, REACHED_OR_MISSING, values, slot);
        } else {
            // No value reaches a cut that is NaN.
            single_rows(cut, MISSING, values, slot);
        }
    }
}

static void rank_column(const cfk_rank_plan *plan, const cfk_rank_column *column,
                        const column_values *values, uint8_t *bytes, size_t stride) {
    const uint8_t *table = plan->searches + column->search_offset;
    if (column->cut_count == 1) {
        // The smallest cut is the leftmost entry of the last level.
        const float *cuts = plan->cuts + column->cut_offset;
        rank_single(column, cuts[1u << (column->levels - 1)], values, bytes, stride);
        return;
    }
    switch (column->levels) {
    case 4: rank_levels(column, table, 4, values, bytes, stride); break;
    case 5: rank_levels(column, table, 5, values, bytes, stride); break;
    case 6: rank_levels(column, table, 6, values, bytes, stride); break;
    case 7: rank_levels(column, table, 7, values, bytes, stride); break;
    default: rank_levels(column, table, 8, values, bytes, stride); break;
    }
}

static void set_column(const cfk_rank_plan *plan, const cfk_set_column *set, const float *values,
                       size_t row_stride, size_t row_count, uint8_t *bytes) {
    const __m512 limit = _mm512_set1_ps((float)(set->word_count * 32));
    const uint32_t *words = plan->words + set->word_offset;
    for (size_t row = 0; row < row_count; row += 16) {
        const __m512 x = load16(values, row_stride, row, lanes_of(row, row_count));
        const __mmask16 inside = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GE_OQ) &
                                 _mm512_cmp_ps_mask(x, limit, _CMP_LT_OQ);
        const __m512i category = _mm512_maskz_cvttps_epi32(inside, x);
        const __m512i word = _mm512_mask_i32gather_epi32(
            _mm512_setzero_si512(), inside, _mm512_srli_epi32(category, 5), words, 4);
        const __m512i bit = _mm512_sllv_epi32(
            _mm512_set1_epi32(1), _mm512_and_epi32(category, _mm512_set1_epi32(31)));
        const __mmask16 member = _mm512_mask_test_epi32_mask(inside, word, bit);
        const __mmask16 missing = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
        const __m128i decided = _mm_maskz_set1_epi8(member, (char)255);
        _mm_storeu_si128((__m128i *)(bytes + row),
                         _mm_mask_set1_epi8(decided, missing, (char)set->missing));
    }
}

static void code_column(const cfk_rank_plan *plan, const cfk_code_column *column,
                        const uint8_t *codes, size_t row_stride, size_t row_count,
                        uint8_t *bytes) {
    const __m512i table = _mm512_loadu_si512(plan->tables + column->table_offset);
    for (size_t row = 0; row < row_count; row += 64) {
        const size_t left = row_count - row < 64 ? row_count - row : 64;
        __m512i code;
        if (row_stride == 1) {
            const __mmask64 lanes = left == 64 ? ~(__mmask64)0 : ((__mmask64)1 << left) - 1;
            code = _mm512_maskz_loadu_epi8(lanes, codes + row);
        } else {
            uint8_t copy[64] = {0};
            for (size_t i = 0; i < left; i++) copy[i] = codes[(row + i) * row_stride];
            code = _mm512_loadu_si512(copy);
        }
        const __m512i index = _mm512_min_epu8(code, _mm512_set1_epi8(63));
        _mm512_storeu_si512(bytes + row, _mm512_permutexvar_epi8(index, table));
    }
}

// Columns of a wide matrix lie on pages of their own, where the processor does not see them come:
// those that are ranked this many columns later are asked for. A few stay in the cache anyway.
enum { WIDE_COLUMNS = 64, COLUMNS_AHEAD = 3, LINE_FLOATS = 16 };

INLINE void ask_for(const cfk_rank_plan *plan, uint32_t c, const float *values,
                    const cfk_source *source, size_t row_count) {
    if (c >= plan->rank_count || source->row_stride != 1) return;
    const float *own = values + plan->ranks[c].source * source->column_stride;
    for (size_t row = 0; row < row_count; row += LINE_FLOATS) {
        _mm_prefetch((const char *)(own + row), _MM_HINT_T0);
    }
}

void cfk_rank_block_avx512(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                           size_t row_count, uint8_t *bytes, size_t stride) {
    const float *values = source->values + row * source->row_stride;
    const uint8_t *codes = source->codes + row * source->code_row_stride;
    const bool is_wide = plan->rank_count >= WIDE_COLUMNS;
    for (uint32_t c = 0; c < plan->rank_count; c++) {
        if (is_wide) ask_for(plan, c + COLUMNS_AHEAD, values, source, row_count);
        const cfk_rank_column *column = &plan->ranks[c];
        const column_values own = {values + column->source * source->column_stride,
                                   source->row_stride, row_count};
        rank_column(plan, column, &own, bytes, stride);
    }
    for (uint32_t c = 0; c < plan->set_count; c++) {
        const cfk_set_column *set = &plan->sets[c];
        set_column(plan, set, values + set->source * source->column_stride, source->row_stride,
                   row_count, bytes + set->slot * stride);
    }
    for (uint32_t c = 0; c < plan->code_count; c++) {
        const cfk_code_column *column = &plan->codes[c];
        code_column(plan, column, codes + column->source * source->code_column_stride,
                    source->code_row_stride, row_count, bytes + column->slot * stride);
    }
}

// MARK: one row

// Four levels at once: the rank among the first 15 cuts of the heap is how many of them are
// reached, in whatever order they lie. Entry 0 is NaN.
INLINE uint8_t rank_one(const cfk_rank_column *column, const float *cuts, float x) {
    const __mmask16 reached =
        _mm512_cmp_ps_mask(_mm512_loadu_ps(cuts), _mm512_set1_ps(x), _CMP_LE_OQ);
    size_t entry = 16 + (size_t)__builtin_popcount(reached);
    for (unsigned level = 4; level < column->levels; level++) {
        entry += entry + (size_t)(cuts[entry] <= x);
    }
    return (uint8_t)(entry - ((size_t)1 << column->levels));
}

void cfk_rank_row_avx512(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                         uint8_t *bytes) {
    const float *values = source->values + row * source->row_stride;
    for (uint32_t c = 0; c < plan->rank_count; c++) {
        const cfk_rank_column *column = &plan->ranks[c];
        const float x = values[column->source * source->column_stride];
        const uint8_t rank = rank_one(column, plan->cuts + column->cut_offset, x);
        cfk_write_rank(column, x, rank, bytes);
    }
    cfk_write_categories(plan, source, row, bytes);
}

#pragma clang attribute pop

#endif
