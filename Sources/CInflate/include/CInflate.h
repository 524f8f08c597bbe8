// SPDX-License-Identifier: Apache-2.0
//
// One bounded decompression with zlib: no state outlives the call.
#ifndef CINFLATE_H
#define CINFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// How a decompression ended.
typedef enum {
    CINFLATE_DONE,
    // The output does not fit in its buffer.
    CINFLATE_TOO_LONG,
    // The input is no whole stream of this format, or something else follows it.
    CINFLATE_DAMAGED,
    CINFLATE_NO_MEMORY,
} cinflate_outcome;

// Decompresses a gzip file of one member or several (RFC 1952), or exactly one zlib stream (RFC
// 1950), checksums included.
// Writes at most `capacity` bytes to `output` and their number to `written`.
cinflate_outcome cinflate_decode(const uint8_t *input, size_t length, bool is_gzip,
                                 uint8_t *output, size_t capacity, size_t *written);

#pragma clang assume_nonnull end

#endif
