// SPDX-License-Identifier: Apache-2.0
//
// Bytes to conditions: 512 bytes of a slot become eight planes, one bit of each row; then
// `byte > cut` for all cuts of the slot grows from the lowest two bits upwards: a pair of bits
// decides, or leaves it to the bits below, in one vpternlogq for 512 rows.
//
// Bit r is that of row r. At most 256 rows fill only the first half of each 128-bit lane, 64 rows a
// lane: what follows takes half of the vectors that rows are spread over then.
#include "cfk_planes.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

// Bits of each byte of a qword in reverse order of bytes, as gf2p8affineqb counts rows downwards.
static const uint8_t reversed_bytes[64] = {
    7,  6,  5,  4,  3,  2,  1,  0,  15, 14, 13, 12, 11, 10, 9,  8,  23, 22, 21, 20, 19, 18,
    17, 16, 31, 30, 29, 28, 27, 26, 25, 24, 39, 38, 37, 36, 35, 34, 33, 32, 47, 46, 45, 44,
    43, 42, 41, 40, 55, 54, 53, 52, 51, 50, 49, 48, 63, 62, 61, 60, 59, 58, 57, 56};

// Byte i of plane j comes from byte j of word i.
static const uint8_t plane_order[64] = {
    0, 8, 16, 24, 32, 40, 48, 56, 1, 9, 17, 25, 33, 41, 49, 57, 2, 10, 18, 26, 34, 42,
    50, 58, 3, 11, 19, 27, 35, 43, 51, 59, 4, 12, 20, 28, 36, 44, 52, 60, 5, 13, 21, 29,
    37, 45, 53, 61, 6, 14, 22, 30, 38, 46, 54, 62, 7, 15, 23, 31, 39, 47, 55, 63};

// Turns eight vectors of eight words into each other's columns.
INLINE void transpose_words(__m512i *v) {
    __m512i a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = _mm512_unpacklo_epi64(v[i], v[i + 1]);
        a[i + 1] = _mm512_unpackhi_epi64(v[i], v[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int j = 0; j < 2; j++) {
            b[i + j] = _mm512_shuffle_i64x2(a[i + j], a[i + 2 + j], 0x88);
            b[i + 2 + j] = _mm512_shuffle_i64x2(a[i + j], a[i + 2 + j], 0xDD);
        }
    }
    for (int j = 0; j < 4; j++) {
        v[j] = _mm512_shuffle_i64x2(b[j], b[j + 4], 0x88);
        v[j + 4] = _mm512_shuffle_i64x2(b[j], b[j + 4], 0xDD);
    }
}

// 64 bytes for word g of a plane; in half a block every other word has none.
INLINE __m512i load_rows(const uint8_t *bytes, int g, bool is_half) {
    if (!is_half) return _mm512_loadu_si512(bytes + g * VECTOR);
    return g % 2 == 0 ? _mm512_loadu_si512(bytes + g / 2 * VECTOR) : _mm512_setzero_si512();
}

// The eight bits of 512 bytes, one plane each.
INLINE void planes_of(const uint8_t *bytes, bool is_half, __m512i *planes) {
    const __m512i reversed = _mm512_loadu_si512(reversed_bytes);
    const __m512i order = _mm512_loadu_si512(plane_order);
    const __m512i identity = _mm512_set1_epi64((long long)0x8040201008040201ull);
    for (int g = 0; g < GROUPS; g++) {
        const __m512i rows = load_rows(bytes, g, is_half);
        const __m512i squares = _mm512_permutexvar_epi8(reversed, rows);
        const __m512i turned = _mm512_gf2p8affine_epi64_epi8(identity, squares, 0);
        planes[g] = _mm512_permutexvar_epi8(order, turned);
    }
    transpose_words(planes);
}

// `4 * pair + rest > 4 * digit + d`, where the pair has bits high and low, and below holds
// `rest > d`: the pair decides unless it equals the digit.
INLINE __m512i exceeds(unsigned digit, __m512i high, __m512i low, __m512i below) {
    switch (digit) {
    case 0: return _mm512_ternarylogic_epi64(high, low, below, 0xFE);
    case 1: return _mm512_ternarylogic_epi64(high, low, below, 0xF8);
    case 2: return _mm512_ternarylogic_epi64(high, low, below, 0xE0);
    default: return _mm512_ternarylogic_epi64(high, low, below, 0x80);
    }
}

// A digit of base 4 more: from `byte > cut` for count cuts to four times as many.
INLINE void grow(const __m512i *below, int count, __m512i high, __m512i low, __m512i *above) {
#pragma clang loop unroll(full)
    for (unsigned digit = 0; digit < 4; digit++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < count; i++) {
            above[(int)digit * count + i] = exceeds(digit, high, low, below[i]);
        }
    }
}

// The conditions of one slot, sorted by cut, from those of the lowest digit.
INLINE void two_digits(const cfk_condition *conditions, size_t count, const __m512i *one,
                       const __m512i *bits, uint8_t *vectors) {
    size_t i = 0;
#pragma clang loop unroll(full)
    for (unsigned digit = 0; digit < 4; digit++) {
        for (; i < count && conditions[i].cut >> 2 == digit; i++) {
            const __m512i below = one[conditions[i].cut & 3];
            _mm512_store_si512(vectors + i * VECTOR, exceeds(digit, bits[3], bits[2], below));
        }
    }
}

// The same from those of the lowest two digits.
INLINE void four_digits(const cfk_condition *conditions, size_t count, const __m512i *two,
                        const __m512i *bits, uint8_t *vectors) {
    size_t i = 0;
#pragma clang loop unroll(full)
    for (unsigned digits = 0; digits < 16; digits++) {
        for (; i < count && conditions[i].cut >> 4 == digits; i++) {
            const __m512i below =
                exceeds(digits & 3, bits[5], bits[4], two[conditions[i].cut & 15]);
            _mm512_store_si512(vectors + i * VECTOR,
                               exceeds(digits >> 2, bits[7], bits[6], below));
        }
    }
}

static void slot_conditions(const cfk_condition *conditions, size_t count, const uint8_t *bytes,
                            bool is_half, uint8_t *vectors) {
    __m512i bits[8], one[4], two[16];
    const __m512i zero = _mm512_setzero_si512();
    planes_of(bytes, is_half, bits);
    if (conditions[count - 1].cut < 15) {
        // Bits above two digits make a byte exceed every cut: both digits become 3, of which the
        // highest cut is less.
        const __m512i above = _mm512_or_si512(_mm512_or_si512(bits[4], bits[5]),
                                              _mm512_or_si512(bits[6], bits[7]));
        for (int bit = 0; bit < 4; bit++) bits[bit] = _mm512_or_si512(above, bits[bit]);
        grow(&zero, 1, bits[1], bits[0], one);
        two_digits(conditions, count, one, bits, vectors);
        return;
    }
    grow(&zero, 1, bits[1], bits[0], one);
    grow(one, 4, bits[3], bits[2], two);
    four_digits(conditions, count, two, bits, vectors);
}

// Few conditions are compared byte by byte.
enum { COMPARED_MAX = 6 };

static void compare(const cfk_condition *conditions, size_t count, const uint8_t *bytes,
                    bool is_half, uint8_t *vectors) {
    for (size_t i = 0; i < count; i++) {
        const __m512i cut = _mm512_set1_epi8((char)conditions[i].cut);
        uint64_t *target = (uint64_t *)(void *)(vectors + i * VECTOR);
#pragma clang loop unroll(full)
        for (int g = 0; g < GROUPS; g++) {
            const __m512i rows = load_rows(bytes, g, is_half);
            target[g] = _mm512_cmpgt_epu8_mask(rows, cut);
        }
    }
}

void cfk_conditions_avx512(const cfk_condition *conditions, size_t count, const uint8_t *bytes,
                           size_t stride, size_t row_count, uint8_t *vectors) {
    const bool is_half = row_count <= CFK_HALF_BLOCK_ROWS;
    for (size_t first = 0, end; first < count; first = end) {
        const uint16_t slot = conditions[first].slot;
        for (end = first + 1; end < count && conditions[end].slot == slot; end++) {}
        const uint8_t *rows = bytes + slot * stride;
        uint8_t *target = vectors + first * VECTOR;
        if (end - first <= COMPARED_MAX) {
            compare(conditions + first, end - first, rows, is_half, target);
        } else {
            slot_conditions(conditions + first, end - first, rows, is_half, target);
        }
    }
}

#pragma clang attribute pop

#endif
