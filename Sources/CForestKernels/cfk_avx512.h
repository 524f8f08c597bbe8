// SPDX-License-Identifier: Apache-2.0
//
// What processors the kernels with AVX-512 are for, as `cfk_has_avx512vbmi` asks.
#ifndef CFK_AVX512_H
#define CFK_AVX512_H

#include "CForestKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TIER "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,gfni,bmi2"
#define INLINE static inline __attribute__((always_inline))

#endif

#endif
