// SPDX-License-Identifier: Apache-2.0
// The services of gRPC that proto/ declares, with all their messages.
#ifndef CLOANSERVICES_H
#define CLOANSERVICES_H

#include <stddef.h>
#include <stdint.h>

// A google.protobuf.FileDescriptorSet, encoded. The bytes are there as long as the program.
typedef struct {
    const uint8_t *_Nonnull bytes;
    size_t count;
} cloan_services_set;

cloan_services_set cloan_services(void);

#endif
