// SPDX-License-Identifier: Apache-2.0
// The entry of libFuzzer for programs with a main of their own.
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(
    int *_Nonnull argc, char *_Nullable *_Nullable *_Nonnull argv,
    int (*_Nonnull handle)(const uint8_t *_Nullable data, size_t size));
