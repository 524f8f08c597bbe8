// SPDX-License-Identifier: Apache-2.0
#pragma once

/// A narrow door to simdjson: one JSON object with a list of records, read into columns.
///
/// Whatever is not plain is refused without a reason: the caller then takes its own, obvious way,
/// which also finds the words for what is wrong.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A parsed body. Belongs to one caller at a time; its texts live until `csj_close`.
typedef struct csj_document csj_document;

enum {
    CSJ_NULL = 0,
    CSJ_BOOL = 1,
    CSJ_INTEGER = 2,
    CSJ_REAL = 3,
    CSJ_TEXT = 4,
};

/// A member of the object other than the list: `kind` is one of the values above; truth and numbers
/// are in `number`, texts in `text`.
typedef struct {
    const char *_Nonnull name;
    size_t name_length;
    int32_t kind;
    double number;
    const char *_Nonnull text;
    size_t text_length;
} csj_member;

/// What a column holds. The first three are columns of numbers.
enum {
    CSJ_COLUMN_NUMBER = 0,
    /// 0 and 1.
    CSJ_COLUMN_BOOLEAN = 1,
    /// The index of a category, as a number.
    CSJ_COLUMN_INDEX = 2,
    /// The index of a category, in one byte.
    CSJ_COLUMN_CODE = 3,
};

/// The columns that records are read into.
typedef struct {
    /// The texts of all columns, one after the other: each column's name, then its categories.
    const uint8_t *_Nonnull texts;
    /// Where each text ends in `texts`.
    const uint32_t *_Nonnull text_ends;
    /// For each column: what it holds, one of the values above.
    const uint8_t *_Nonnull kinds;
    /// For each column: the number of its categories; 0 where it has none.
    const uint32_t *_Nonnull category_counts;
    /// What a category that is not listed becomes where it is a number.
    float unknown_number;
    size_t column_count;
    /// The longest category in bytes that is read.
    size_t category_length_max;
} csj_columns;

/// Columns that can be read at most.
enum { CSJ_COLUMNS_MAX = 64 };

/// A category that is given and not among the column's, and one that is not given.
enum { CSJ_UNKNOWN_CODE = 254, CSJ_MISSING_CODE = 255 };

/// Parses an object whose member `list_name` is a list and whose other members are scalars.
/// - Returns: NULL for everything else, and for bodies with escapes in texts.
csj_document *_Nullable csj_open(const uint8_t *_Nonnull body, size_t length,
                                 const char *_Nonnull list_name, size_t list_name_length);

void csj_close(csj_document *_Nonnull document);

/// Elements of the list.
size_t csj_row_count(const csj_document *_Nonnull document);

/// Members other than the list.
size_t csj_member_count(const csj_document *_Nonnull document);

/// The member at an index below `csj_member_count`.
csj_member csj_member_at(const csj_document *_Nonnull document, size_t index);

/// Reads the list into columns. What is absent from a record leaves what is in the column.
/// - Parameters:
///   - numbers: shape (number columns, row count), column after column; NaN for null.
///   - codes: shape (category columns, row count). Spaces around a category are passed over.
///   - unknown_count: receives how many values have a name that is no column's.
/// - Returns: false when a record is not plain, or when a column is in none of them.
bool csj_read_columns(const csj_document *_Nonnull document, const csj_columns *_Nonnull columns,
                      float *_Nonnull numbers, uint8_t *_Nonnull codes,
                      size_t *_Nonnull unknown_count);

#ifdef __cplusplus
}
#endif
