// SPDX-License-Identifier: Apache-2.0

#include "CMallocCount.h"

#include <stddef.h>

// glibc's own names of its allocator; they exist so that malloc can be replaced.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread uint64_t count;

uint64_t cmc_allocations(void) { return count; }

void *malloc(size_t size) {
    ++count;
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    ++count;
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    ++count;
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    ++count;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    ++count;
    *block = __libc_memalign(alignment, size);
    return *block == NULL ? 12 : 0;
}
