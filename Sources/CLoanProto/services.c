// SPDX-License-Identifier: Apache-2.0

#include "CLoanServices.h"

// Clang has #embed in every version of C, and says that the standard has it since C23.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t set[] = {
#embed "generated/services.pb"
};

cloan_services_set cloan_services(void) { return (cloan_services_set){set, sizeof set}; }
