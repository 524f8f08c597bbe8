// SPDX-License-Identifier: Apache-2.0
#include "CForestKernels.h"

#include <time.h>

uint64_t cfk_thread_nanoseconds(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)

#include <cpuid.h>

// The register sets the system saves: XCR0, read without needing the xsave target.
static uint64_t enabled_state(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

static bool saves_state(uint64_t needed) {
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return false;
    return (enabled_state() & needed) == needed;
}

bool cfk_has_avx2(void) {
    uint32_t a, b, c, d;
    if (!saves_state(0x6) || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    return (b & bit_AVX2) != 0;
}

bool cfk_has_avx512vbmi(void) {
    uint32_t a, b, c, d;
    if (!saves_state(0xE6) || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    const uint32_t need_b = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
    const uint32_t need_c = bit_AVX512VBMI | bit_AVX512VBMI2 | bit_GFNI;
    return (b & need_b) == need_b && (c & need_c) == need_c;
}

// Intel spells its name in three registers.
static bool is_intel(void) {
    uint32_t a, b, c, d;
    return __get_cpuid(0, &a, &b, &c, &d) && b == signature_INTEL_ebx &&
           c == signature_INTEL_ecx && d == signature_INTEL_edx;
}

bool cfk_gathers_fast(void) {
    uint32_t a, b, c, d;
    // AVX-512 FP16 came with cores that load three elements a cycle, and that need no microcode
    // against gather data sampling.
    return is_intel() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & bit_AVX512FP16) != 0;
}

#else

bool cfk_has_avx2(void) { return false; }
bool cfk_has_avx512vbmi(void) { return false; }
bool cfk_gathers_fast(void) { return false; }

#endif
