// SPDX-License-Identifier: Apache-2.0

#ifndef CMALLOC_SHIM_H
#define CMALLOC_SHIM_H

// For malloc_trim, which Glibc's own module leaves out.
#include <malloc.h>

#endif
