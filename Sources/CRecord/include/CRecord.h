// SPDX-License-Identifier: Apache-2.0
//
// What a record needs of the processor: CRC-32C, and words of mapped memory that threads hand to
// each other.

#ifndef CRECORD_H
#define CRECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether the processor has instructions for CRC-32C and for products without carries.
bool crec_has_crc32c(void);

/// CRC-32C (Castagnoli) of bytes after others whose CRC is `crc`; 0 where there are none.
/// `hardware` must be what `crec_has_crc32c` says, or false.
uint32_t crec_crc32c(uint32_t crc, const uint8_t *_Nullable bytes, size_t count, bool hardware);

/// The word, with all that was written before it was stored. The address is a multiple of 4.
static inline uint32_t crec_load(const uint32_t *_Nonnull word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/// Stores a word after all that was written before.
static inline void crec_store(uint32_t *_Nonnull word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/// As `crec_load`; the address is a multiple of 8.
static inline uint64_t crec_load64(const uint64_t *_Nonnull word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/// As `crec_store`; likewise.
static inline void crec_store64(uint64_t *_Nonnull word, uint64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

#ifdef __cplusplus
}
#endif

#endif
