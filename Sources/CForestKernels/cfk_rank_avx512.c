// SPDX-License-Identifier: Apache-2.0
//
// Values to bytes with AVX-512: 64 rows of a column at a time. A binary search takes its keys
// from registers; a single cut is one comparison.
#include "cfk_avx512.h"
#include "cfk_rank.h"

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

// The cuts of a column in heap order: level l of the search asks one of 2^l keys, and 16
// registers hold the keys of all eight levels. vpermps and vpermt2ps pick from them: on the
// processors this is for, a gather costs several times as much.
typedef struct {
    __m512 top;         // levels 0 to 3: entries 1 to 15
    __m512 level4;      // 16 keys
    __m512 level5[2];   // 32
    __m512 level6[4];   // 64
    __m512 level7[8];   // 128
} search_keys;

INLINE void load_level(const float *cuts, int first, int count, __m512 *keys) {
    for (int i = 0; i < count; i++) keys[i] = _mm512_loadu_ps(cuts + first + i * 16);
}

INLINE search_keys load_keys(const float *cuts, unsigned levels) {
    search_keys keys;
    load_level(cuts, 0, 1, &keys.top);
    if (levels > 4) load_level(cuts, 16, 1, &keys.level4);
    if (levels > 5) load_level(cuts, 32, 2, keys.level5);
    if (levels > 6) load_level(cuts, 64, 4, keys.level6);
    if (levels > 7) load_level(cuts, 128, 8, keys.level7);
    return keys;
}

// Ones that the compiler does not know: of a masked addition of a known 1 it makes three
// instructions that turn the mask into a vector.
INLINE __m512i hidden_ones(void) {
    __m512i ones = _mm512_set1_epi32(1);
    __asm__("" : "+v"(ones));
    return ones;
}

// One step down: the entry doubles, and grows by one where the key is reached.
INLINE __m512i step(__m512i entry, __m512 key, __m512 x, __m512i ones) {
    const __mmask16 reached = _mm512_cmp_ps_mask(key, x, _CMP_LE_OQ);
    const __m512i doubled = _mm512_add_epi32(entry, entry);
    return _mm512_mask_add_epi32(doubled, reached, doubled, ones);
}

// Picks look at the low bits of the entry only: the place within its level.
INLINE __m512 pick64(const __m512 *keys, __m512i entry) {
    const __mmask16 upper = _mm512_test_epi32_mask(entry, _mm512_set1_epi32(32));
    const __m512 low = _mm512_permutex2var_ps(keys[0], entry, keys[1]);
    const __m512 high = _mm512_permutex2var_ps(keys[2], entry, keys[3]);
    return _mm512_mask_mov_ps(low, upper, high);
}

INLINE __m512 pick128(const __m512 *keys, __m512i entry) {
    const __mmask16 upper = _mm512_test_epi32_mask(entry, _mm512_set1_epi32(64));
    return _mm512_mask_mov_ps(pick64(keys, entry), upper, pick64(keys + 4, entry));
}

// The ranks in the low `levels` bits.
INLINE __m512i rank16(const search_keys *keys, unsigned levels, __m512 x, __m512i ones) {
    __m512i entry = _mm512_set1_epi32(1);
    for (int level = 0; level < 4; level++) {
        entry = step(entry, _mm512_permutexvar_ps(entry, keys->top), x, ones);
    }
    if (levels > 4) entry = step(entry, _mm512_permutexvar_ps(entry, keys->level4), x, ones);
    if (levels > 5) {
        const __m512 key = _mm512_permutex2var_ps(keys->level5[0], entry, keys->level5[1]);
        entry = step(entry, key, x, ones);
    }
    if (levels > 6) entry = step(entry, pick64(keys->level6, entry), x, ones);
    if (levels > 7) entry = step(entry, pick128(keys->level7, entry), x, ones);
    return entry;
}

INLINE __m512i concatenate(__m128i a, __m128i b, __m128i c, __m128i d) {
    const __m512i low = _mm512_inserti32x4(_mm512_castsi128_si512(a), b, 1);
    return _mm512_inserti32x4(_mm512_inserti32x4(low, c, 2), d, 3);
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

INLINE void rank64(const cfk_rank_column *column, const search_keys *keys, unsigned levels,
                   const column_values *values, size_t row, bool is_whole, uint8_t *bytes,
                   size_t stride) {
    const __m512i ones = hidden_ones();
    __m128i parts[4];
    uint64_t missing = 0;
#pragma clang loop unroll(full)
    for (int part = 0; part < 4; part++) {
        const __m512 x = load_part(values, row + (size_t)part * 16, is_whole);
        missing |= (uint64_t)_mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q) << (part * 16);
        parts[part] = _mm512_cvtepi32_epi8(rank16(keys, levels, x, ones));
    }
    const __m512i low = _mm512_set1_epi8((char)((1u << levels) - 1));
    const __m512i ranks =
        _mm512_and_si512(concatenate(parts[0], parts[1], parts[2], parts[3]), low);
    store_ranks(column, ranks, missing, bytes + row, stride);
}

INLINE void rank_levels(const cfk_rank_column *column, const float *cuts, unsigned levels,
                        const column_values *values, uint8_t *bytes, size_t stride) {
    const search_keys keys = load_keys(cuts, levels);
    size_t row = 0;
    if (values->row_stride == 1) {
        for (; row + 64 <= values->row_count; row += 64) {
            rank64(column, &keys, levels, values, row, true, bytes, stride);
        }
    }
    for (; row < values->row_count; row += 64) {
        rank64(column, &keys, levels, values, row, false, bytes, stride);
    }
}

INLINE void single64(const cfk_rank_column *column, __m512 cut, const column_values *values,
                     size_t row, bool is_whole, uint8_t *bytes, size_t stride) {
    uint64_t reached = 0, missing = 0;
#pragma clang loop unroll(full)
    for (int part = 0; part < 4; part++) {
        const __m512 x = load_part(values, row + (size_t)part * 16, is_whole);
        missing |= (uint64_t)_mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q) << (part * 16);
        reached |= (uint64_t)_mm512_cmp_ps_mask(cut, x, _CMP_LE_OQ) << (part * 16);
    }
    store_ranks(column, _mm512_maskz_set1_epi8(reached, 1), missing, bytes + row, stride);
}

// One cut, as one-hot columns have it: a comparison instead of a search.
INLINE void rank_single(const cfk_rank_column *column, float only_cut,
                        const column_values *values, uint8_t *bytes, size_t stride) {
    const __m512 cut = _mm512_set1_ps(only_cut);
    size_t row = 0;
    if (values->row_stride == 1) {
        for (; row + 64 <= values->row_count; row += 64) {
            single64(column, cut, values, row, true, bytes, stride);
        }
    }
    for (; row < values->row_count; row += 64) {
        single64(column, cut, values, row, false, bytes, stride);
    }
}

static void rank_column(const cfk_rank_plan *plan, const cfk_rank_column *column,
                        const column_values *values, uint8_t *bytes, size_t stride) {
    const float *cuts = plan->cuts + column->cut_offset;
    if (column->cut_count == 1) {
        // The smallest cut is the leftmost entry of the last level.
        rank_single(column, cuts[1u << (column->levels - 1)], values, bytes, stride);
        return;
    }
    switch (column->levels) {
    case 4: rank_levels(column, cuts, 4, values, bytes, stride); break;
    case 5: rank_levels(column, cuts, 5, values, bytes, stride); break;
    case 6: rank_levels(column, cuts, 6, values, bytes, stride); break;
    case 7: rank_levels(column, cuts, 7, values, bytes, stride); break;
    default: rank_levels(column, cuts, 8, values, bytes, stride); break;
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

void cfk_rank_block_avx512(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                           size_t row_count, uint8_t *bytes, size_t stride) {
    const float *values = source->values + row * source->row_stride;
    const uint8_t *codes = source->codes + row * source->code_row_stride;
    for (uint32_t c = 0; c < plan->rank_count; c++) {
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
