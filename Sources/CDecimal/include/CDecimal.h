// SPDX-License-Identifier: Apache-2.0
//
// Decimal text to the nearest float or double, by the C++ library of the system.

#ifndef CDECIMAL_H
#define CDECIMAL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a text holds.
typedef enum __attribute__((enum_extensibility(closed))) {
    /// A number that has been read.
    cdecimal_number,
    /// A number whose nearest value may be zero or infinite; nothing has been read.
    cdecimal_out_of_range,
    /// Not a decimal number; nothing has been read.
    cdecimal_invalid,
} cdecimal_status;

/// Reads `[+-] digits [. digits] [e [+-] digits]`, all `count` bytes of it, rounded to nearest with
/// ties to even. Neither words nor hexadecimal digits are numbers.
cdecimal_status cdecimal_double(const uint8_t *_Nonnull text, size_t count, double *_Nonnull value);

/// The same as a float32, rounded once.
cdecimal_status cdecimal_float(const uint8_t *_Nonnull text, size_t count, float *_Nonnull value);

#ifdef __cplusplus
}
#endif

#endif
