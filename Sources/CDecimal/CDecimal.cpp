// SPDX-License-Identifier: Apache-2.0

#include "CDecimal.h"

#include <charconv>

template <typename Number>
static cdecimal_status read(const uint8_t *text, size_t count, Number *value) {
    const char *first = reinterpret_cast<const char *>(text);
    const char *const end = first + count;
    const char *digits = first;
    if (digits != end && (*digits == '-' || *digits == '+')) ++digits;
    // std::from_chars takes "inf" and "nan", and does not take a plus.
    if (digits == end || (*digits != '.' && (*digits < '0' || *digits > '9'))) {
        return cdecimal_invalid;
    }
    if (*first == '+') first = digits;
    const auto [stop, error] = std::from_chars(first, end, *value);
    if (stop != end || error == std::errc::invalid_argument) return cdecimal_invalid;
    return error == std::errc() ? cdecimal_number : cdecimal_out_of_range;
}

cdecimal_status cdecimal_double(const uint8_t *text, size_t count, double *value) {
    return read(text, count, value);
}

cdecimal_status cdecimal_float(const uint8_t *text, size_t count, float *value) {
    return read(text, count, value);
}
