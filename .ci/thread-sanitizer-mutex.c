// SPDX-License-Identifier: Apache-2.0
//
// Reports to ThreadSanitizer what it cannot see of `Mutex`. The uncontended case is compiled into the
// caller, and is seen; one that is waited for is taken and given on by libswiftSynchronization, which
// is not built for the sanitizer. Without this, whatever a Mutex guards or hands on is reported. To be
// loaded before all else (LD_PRELOAD); programs that have no such Mutex are left alone.

#define _GNU_SOURCE
#include <dlfcn.h>

// By the word of the lock, on which the uncontended case synchronizes too.
extern void __tsan_acquire(void *word) __attribute__((weak));
extern void __tsan_release(void *word) __attribute__((weak));

__attribute__((visibility("hidden"))) void *mutex_lock, *mutex_try, *mutex_unlock;
__attribute__((visibility("hidden"))) void *sanitizer_acquire, *sanitizer_release;

static void nothing(void *word) { (void)word; }

__attribute__((constructor)) static void find(void) {
    mutex_lock = dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    mutex_try = dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
    mutex_unlock = dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    sanitizer_acquire = __tsan_acquire ? (void *)__tsan_acquire : (void *)nothing;
    sanitizer_release = __tsan_release ? (void *)__tsan_release : (void *)nothing;
}

// In Swift's convention: the word is in r13, the identity of the thread in edi.
__asm__(
    ".text\n"
    ".globl \"$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF\"\n"
    ".type \"$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF\", @function\n"
    "\"$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF\":\n"
    "    push %r13\n"
    "    call *mutex_lock(%rip)\n"
    "    pop %r13\n"
    "    mov %r13, %rdi\n"
    "    jmp *sanitizer_acquire(%rip)\n"

    ".globl \"$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF\"\n"
    ".type \"$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF\", @function\n"
    "\"$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF\":\n"
    "    push %r13\n"
    "    call *mutex_try(%rip)\n"
    "    pop %r13\n"
    "    test $1, %al\n"
    "    je 1f\n"
    "    push %rax\n"
    "    mov %r13, %rdi\n"
    "    call *sanitizer_acquire(%rip)\n"
    "    pop %rax\n"
    "1:  ret\n"

    ".globl \"$s15Synchronization12_MutexHandleV11_unlockSlowyyF\"\n"
    ".type \"$s15Synchronization12_MutexHandleV11_unlockSlowyyF\", @function\n"
    "\"$s15Synchronization12_MutexHandleV11_unlockSlowyyF\":\n"
    "    push %r13\n"
    "    mov %r13, %rdi\n"
    "    call *sanitizer_release(%rip)\n"
    "    pop %r13\n"
    "    jmp *mutex_unlock(%rip)\n");
