// SPDX-License-Identifier: Apache-2.0
//
// What a program is started with beyond POSIX. The C library has these since 2.34; its headers show
// them to programs of GNU only, and Swift's view of them is not one.
#ifndef CSPAWN_SHIM_H
#define CSPAWN_SHIM_H

#include <spawn.h>

/// Makes a pipe, whose two ends `flags` hold for from the start.
extern int pipe2(int *_Nonnull ends, int flags);

/// Lets the program close every descriptor from `from` on.
extern int posix_spawn_file_actions_addclosefrom_np(
    posix_spawn_file_actions_t *_Nonnull actions, int from);

#endif
