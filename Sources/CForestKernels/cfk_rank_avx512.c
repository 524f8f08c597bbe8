// SPDX-License-Identifier: Apache-2.0
//
// Values to bytes with AVX-512: 64 rows of a column at a time. A binary search takes its keys
// from registers; a single cut is one comparison.
#include "CForestKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TIER "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,gfni,bmi2"
#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

// 16 values of a column from row on; lanes outside the mask are 0.
static inline __m512 load16(const float *values, size_t row_stride, size_t row, __mmask16 lanes) {
    if (row_stride == 1) return _mm512_maskz_loadu_ps(lanes, values + row);
    float copy[16] = {0};
    const unsigned count = (unsigned)__builtin_popcount(lanes);
    for (unsigned i = 0; i < count; i++) copy[i] = values[(row + i) * row_stride];
    return _mm512_loadu_ps(copy);
}

static inline __mmask16 lanes_of(size_t row, size_t row_count) {
    const size_t left = row < row_count ? row_count - row : 0;
    return left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
}

// The cuts of a column in search order: level l of the binary search asks one of 2^l keys, and
// 16 registers hold the keys of all eight levels. vpermps and vpermt2ps pick from them: on the
// processors this is for, a gather costs several times as much.
typedef struct {
    __m512 top;         // levels 0 to 3: sorted, every 2^(levels - 4)-th cut
    __m512 level4;      // 16 keys
    __m512 level5[2];   // 32
    __m512 level6[4];   // 64
    __m512 level7[8];   // 128
} search_keys;

// count keys of one level: every stride-th cut from first on.
static inline void load_level(const float *cuts, int first, int stride, int count, __m512 *keys) {
    const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i step = _mm512_set1_epi32(stride);
    for (int i = 0; i < count; i++) {
        const __m512i number = _mm512_add_epi32(lane, _mm512_set1_epi32(i * 16));
        const __m512i index = _mm512_add_epi32(_mm512_mullo_epi32(number, step),
                                               _mm512_set1_epi32(first));
        keys[i] = _mm512_i32gather_ps(index, cuts, 4);
    }
}

static inline search_keys load_keys(const float *cuts, unsigned levels) {
    search_keys keys;
    const int top_stride = 1 << (levels - 4);
    load_level(cuts, top_stride - 1, top_stride, 1, &keys.top);
    // Level l halves ranges of 2^(levels - l) cuts: it asks the middle one of each.
    if (levels > 4) load_level(cuts, (1 << (levels - 5)) - 1, 1 << (levels - 4), 1, &keys.level4);
    if (levels > 5) load_level(cuts, (1 << (levels - 6)) - 1, 1 << (levels - 5), 2, keys.level5);
    if (levels > 6) load_level(cuts, (1 << (levels - 7)) - 1, 1 << (levels - 6), 4, keys.level6);
    if (levels > 7) load_level(cuts, 0, 2, 8, keys.level7);
    return keys;
}

// One step: position doubles, and grows by one where the key is reached.
static inline __m512i step(__m512i position, __m512 key, __m512 x) {
    const __mmask16 reached = _mm512_cmp_ps_mask(key, x, _CMP_LE_OQ);
    const __m512i doubled = _mm512_add_epi32(position, position);
    return _mm512_mask_add_epi32(doubled, reached, doubled, _mm512_set1_epi32(1));
}

static inline __m512 pick64(const __m512 *keys, __m512i position) {
    const __mmask16 upper = _mm512_test_epi32_mask(position, _mm512_set1_epi32(32));
    const __m512 low = _mm512_permutex2var_ps(keys[0], position, keys[1]);
    const __m512 high = _mm512_permutex2var_ps(keys[2], position, keys[3]);
    return _mm512_mask_mov_ps(low, upper, high);
}

static inline __m512 pick128(const __m512 *keys, __m512i position) {
    const __mmask16 upper = _mm512_test_epi32_mask(position, _mm512_set1_epi32(64));
    return _mm512_mask_mov_ps(pick64(keys, position), upper, pick64(keys + 4, position));
}

static inline __m512i rank16(const search_keys *keys, unsigned levels, __m512 x) {
    // Four steps over 15 sorted keys of one register.
    __m512i position = _mm512_setzero_si512();
    for (int width = 8; width > 0; width >>= 1) {
        const __m512i probe = _mm512_add_epi32(position, _mm512_set1_epi32(width - 1));
        const __m512 key = _mm512_permutexvar_ps(probe, keys->top);
        const __mmask16 reached = _mm512_cmp_ps_mask(key, x, _CMP_LE_OQ);
        position = _mm512_mask_add_epi32(position, reached, position, _mm512_set1_epi32(width));
    }
    if (levels > 4) position = step(position, _mm512_permutexvar_ps(position, keys->level4), x);
    if (levels > 5) {
        const __m512 key =
            _mm512_permutex2var_ps(keys->level5[0], position, keys->level5[1]);
        position = step(position, key, x);
    }
    if (levels > 6) position = step(position, pick64(keys->level6, position), x);
    if (levels > 7) position = step(position, pick128(keys->level7, position), x);
    return position;
}

static inline __m512i concatenate(__m128i a, __m128i b, __m128i c, __m128i d) {
    const __m512i low = _mm512_inserti32x4(_mm512_castsi128_si512(a), b, 1);
    return _mm512_inserti32x4(_mm512_inserti32x4(low, c, 2), d, 3);
}

static void rank_column(const cfk_rank_plan *plan, const cfk_rank_column *column,
                        const float *values, size_t row_stride, size_t row_count, uint8_t *bytes,
                        size_t stride) {
    const float *cuts = plan->cuts + column->cut_offset;
    const unsigned levels = column->levels;
    const bool is_single = column->cut_count == 1;
    search_keys keys;
    if (!is_single) keys = load_keys(cuts, levels);
    const __m512 only_cut = _mm512_set1_ps(cuts[0]);
    for (size_t row = 0; row < row_count; row += 64) {
        __m128i parts[4];
        uint64_t reached = 0, missing = 0;
        for (int part = 0; part < 4; part++) {
            const size_t first = row + (size_t)part * 16;
            const __m512 x = load16(values, row_stride, first, lanes_of(first, row_count));
            missing |= (uint64_t)_mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q) << (part * 16);
            if (is_single) {
                reached |= (uint64_t)_mm512_cmp_ps_mask(only_cut, x, _CMP_LE_OQ) << (part * 16);
            } else {
                parts[part] = _mm512_cvtepi32_epi8(rank16(&keys, levels, x));
            }
        }
        const __m512i ranks = is_single
                                  ? _mm512_maskz_set1_epi8(reached, 1)
                                  : concatenate(parts[0], parts[1], parts[2], parts[3]);
        for (unsigned s = 0; s < column->slot_count; s++) {
            const __m512i result =
                _mm512_mask_set1_epi8(ranks, missing, (char)column->missing[s]);
            _mm512_storeu_si512(bytes + column->slots[s] * stride + row, result);
        }
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
        rank_column(plan, column, values + column->source * source->column_stride,
                    source->row_stride, row_count, bytes, stride);
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

#pragma clang attribute pop

#endif
