// SPDX-License-Identifier: Apache-2.0
//
// 64 bytes at a time become bits, one for each byte. Which bytes are within quotes is the parity of
// the quotes before them: G. Langdale, D. Lemire, "Parsing gigabytes of JSON per second", VLDB
// Journal 28 (2019), doi 10.1007/s00778-019-00578-5. The vectors are Clang's, for every processor.

#include "CFields.h"

#include <string.h>

enum { WIDTH = 64 };

typedef uint8_t bytes_t __attribute__((ext_vector_type(16)));
typedef bool flags_t __attribute__((ext_vector_type(16)));

/// What goes from one step to the next.
typedef struct {
    /// All ones within quotes.
    uint64_t quoted;
    /// In the lowest bit: whether the byte before ended a field, was a closing quote, or a carriage
    /// return.
    uint64_t end, closing, ret;
} state_t;

/// Which of 64 bytes are `byte`.
static inline uint64_t equal(const uint8_t *text, uint8_t byte) {
    uint64_t bits = 0;
    for (int part = 0; part < 4; ++part) {
        bytes_t bytes;
        memcpy(&bytes, text + 16 * part, sizeof bytes);
        const flags_t flags = __builtin_convertvector(bytes == (bytes_t)byte, flags_t);
        uint16_t piece;
        memcpy(&piece, &flags, sizeof piece);
        bits |= (uint64_t)piece << (16 * part);
    }
    return bits;
}

/// Each bit: the parity of all up to it.
static inline uint64_t parity(uint64_t bits) {
    for (int shift = 1; shift < WIDTH; shift *= 2) bits ^= bits << shift;
    return bits;
}

/// The ends of fields among 64 bytes that hold quotes or carriage returns, or come after some;
/// false where they are not plain.
static bool step(state_t *state, uint64_t quotes, uint64_t returns, uint64_t *ends,
                 uint64_t *lines) {
    const uint64_t quoted = parity(quotes) ^ state->quoted;
    if (*lines & quoted) return false;
    *ends &= ~quoted;
    const uint64_t opening = quotes & quoted, closing = quotes & ~quoted;
    const uint64_t after_end = *ends << 1 | state->end;
    const uint64_t after_closing = closing << 1 | state->closing;
    const uint64_t after_return = returns << 1 | state->ret;
    state->quoted = -(quoted >> 63);
    state->end = *ends >> 63;
    state->closing = closing >> 63;
    state->ret = returns >> 63;
    return !(opening & ~after_end) && !(after_closing & ~(*ends | returns)) &&
           !(after_return & ~*lines);
}

cfields_ends cfields_find(const uint8_t *text, size_t length, uint8_t separator,
                          uint32_t *positions) {
    cfields_ends found = {.is_plain = true};
    state_t state = {.end = 1};
    size_t count = 0;
    for (size_t start = 0; start < length; start += WIDTH) {
        uint8_t tail[WIDTH];
        const uint8_t *at = text + start;
        if (length - start < WIDTH) {
            memset(tail, ' ', WIDTH);
            memcpy(tail, at, length - start);
            at = tail;
        }
        uint64_t lines = equal(at, '\n'), ends = lines | equal(at, separator);
        const uint64_t quotes = equal(at, '"'), returns = equal(at, '\r');
        if (equal(at, 0)) found.is_plain = false;
        if (quotes | returns | state.quoted | state.closing | state.ret) {
            found.has_quotes |= quotes != 0;
            found.has_returns |= returns != 0;
            if (!step(&state, quotes, returns, &ends, &lines)) found.is_plain = false;
        } else {
            state.end = ends >> 63;
        }
        if (!found.is_plain) return found;
        found.line_count += (size_t)__builtin_popcountll(lines);
        for (; ends; ends &= ends - 1) {
            positions[count++] = (uint32_t)(start + (size_t)__builtin_ctzll(ends));
        }
    }
    found.field_count = count;
    return found;
}

size_t cfields_count(const uint8_t *text, size_t length, uint8_t byte) {
    size_t count = 0, start = 0;
    for (; start + WIDTH <= length; start += WIDTH) {
        count += (size_t)__builtin_popcountll(equal(text + start, byte));
    }
    for (; start < length; ++start) count += text[start] == byte;
    return count;
}
