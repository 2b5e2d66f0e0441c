#pragma once
#include <spawn.h>

// In the C library (glibc 2.34 and later), but only declared under _GNU_SOURCE, which Swift does not set.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
