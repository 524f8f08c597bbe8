// SPDX-License-Identifier: Apache-2.0
//
// Where the fields of a block of rows end.

#ifndef CFIELDS_H
#define CFIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The ends of the fields in a block.
typedef struct {
    /// Fields that end: separators and line feeds outside of quotes.
    size_t field_count;
    /// Line feeds among them.
    size_t line_count;
    /// Whether some field is in quotes.
    bool has_quotes;
    /// Whether some line feed comes after a carriage return.
    bool has_returns;
    /// Whether the block is plain: no NUL, each quote at an end of its field, no line feed within
    /// quotes, and no carriage return but before a line feed. What is found of another one is
    /// worth nothing.
    bool is_plain;
} cfields_ends;

/// Finds the ends of all fields of `text`, which begins with a field and ends with a line feed.
/// `positions` has room for as many as there are bytes.
cfields_ends cfields_find(const uint8_t *_Nonnull text, size_t length, uint8_t separator,
                          uint32_t *_Nonnull positions);

/// Bytes of `text` that are `byte`.
size_t cfields_count(const uint8_t *_Nonnull text, size_t length, uint8_t byte);

#ifdef __cplusplus
}
#endif

#endif
