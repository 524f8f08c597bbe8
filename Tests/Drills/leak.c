// SPDX-License-Identifier: Apache-2.0
//
// Loaded into a server by soak.py alone, to prove that its check finds a leak: every fourth write
// loses a page of memory, and every 400th a descriptor.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static void leak(void) {
    static atomic_ulong writes;
    // A chain, so that the compiler does not leave out memory that nobody reads.
    static void *volatile newest;
    unsigned long count = atomic_fetch_add(&writes, 1);
    if (count % 4 == 0) {
        char *page = malloc(4096);
        if (page) {
            memset(page, 1, 4096);
            *(void **)(void *)page = newest;
            newest = page;
        }
    }
    if (count % 400 == 0) dup(0);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    ssize_t (*next)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    leak();
    return next(descriptor, bytes, count);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    ssize_t (*next)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
    leak();
    return next(descriptor, parts, count);
}
