// SPDX-License-Identifier: Apache-2.0

#ifndef CMALLOCCOUNT_H
#define CMALLOCCOUNT_H

#include <stdint.h>

/// Allocations of the calling thread since it began. For measurements only: linking this target
/// replaces the C library's allocation functions by counting forwards to it.
uint64_t cmc_allocations(void);

#endif
