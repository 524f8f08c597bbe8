// SPDX-License-Identifier: Apache-2.0
//
// How the kernel schedules the calling thread, with the slice that `setpriority` does not have.
// Debian's C library has no functions for these calls.
#ifndef CSCHEDULE_SHIM_H
#define CSCHEDULE_SHIM_H

#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Reads the attributes of the calling thread. Returns 0, or -1 with errno.
static inline int csched_get(struct sched_attr *_Nonnull attributes) {
    return (int)syscall(SYS_sched_getattr, 0, attributes, sizeof *attributes, 0);
}

/// Sets the attributes of the calling thread. Returns 0, or -1 with errno.
static inline int csched_set(const struct sched_attr *_Nonnull attributes) {
    return (int)syscall(SYS_sched_setattr, 0, attributes, 0);
}

#endif
