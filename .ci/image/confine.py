# SPDX-License-Identifier: Apache-2.0
"""Starts a program in a root of its own, without rights and under a seccomp profile, as a container
runtime would: `confine.py ROOT UID GID PROFILE FOLDER PROGRAM ARGUMENTS...`; PROFILE may be `-`.
"""

import ctypes
import json
import os
import re
import struct
import sys

NUMBERS = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 24, 38, 22, 2
AUDIT_ARCH_X86_64 = 0xC000003E
ALLOW, KILL = 0x7FFF0000, 0x80000000
# Of a jump on equality and of a load, both of 32 bits, and of a return.
JUMP, LOAD, RETURN = 0x15, 0x20, 0x06


def numbers():
    with open(NUMBERS) as header:
        return {n: int(v) for n, v in re.findall(r"#define __NR_(\w+) (\d+)", header.read())}


def compile_profile(profile):
    """The profile as a classic BPF program: architecture first, then one comparison a call."""
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert profile["architectures"] == ["SCMP_ARCH_X86_64"]
    known, allowed = numbers(), set()
    for rule in profile["syscalls"]:
        assert rule.keys() == {"names", "action"} and rule["action"] == "SCMP_ACT_ALLOW"
        allowed |= {known[name] for name in rule["names"] if name in known}
    steps = [
        (LOAD, 0, 0, 4), (JUMP, 1, 0, AUDIT_ARCH_X86_64), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0),
    ]
    for number in sorted(allowed):
        steps += [(JUMP, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    steps.append((RETURN, 0, 0, 0x00050000 | profile["defaultErrnoRet"]))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def main():
    root, uid, gid, profile, folder, *command = sys.argv[1:]
    program = None
    if profile != "-":
        with open(profile) as file:
            program = compile_profile(json.load(file))
    libc = ctypes.CDLL(None, use_errno=True)

    def prctl(option, argument, pointer=None):
        zero = ctypes.c_ulong(0)
        if libc.prctl(option, ctypes.c_ulong(argument), pointer, zero, zero) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option} {argument}")

    os.chroot(root)
    os.chdir(folder)
    with open("/proc/sys/kernel/cap_last_cap") as file:
        for capability in range(int(file.read()) + 1):
            prctl(PR_CAPBSET_DROP, capability)
    os.setgroups([])
    os.setresgid(int(gid), int(gid), int(gid))
    os.setresuid(int(uid), int(uid), int(uid))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    if program is not None:
        steps = ctypes.create_string_buffer(program, len(program))
        filter_ = struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(filter_))
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
