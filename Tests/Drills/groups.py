# SPDX-License-Identifier: Apache-2.0
"""A control group of our own, of either version, where the system lets us make one."""

import os
import time

ROOT = "/sys/fs/cgroup"


class ControlGroup:
    """Limits what a server may use while a block runs; `path` is None where that is not allowed."""

    def __init__(self, memory_mebibytes=None, processors=None):
        name = f"loan-default-operations-{os.getpid()}"
        self.is_memory = memory_mebibytes is not None
        if os.path.exists(f"{ROOT}/cgroup.controllers"):
            self.wanted, self.version = f"{ROOT}/{name}", 2
            self.limits = {"memory.max": str(memory_mebibytes << 20)} if self.is_memory else {
                "cpu.max": f"{int(processors * 100_000)} 100000"}
        else:
            controller = "memory" if self.is_memory else "cpu"
            self.wanted, self.version = f"{ROOT}/{controller}/{name}", 1
            self.limits = {"memory.limit_in_bytes": str(memory_mebibytes << 20)} if (
                self.is_memory) else {"cpu.cfs_period_us": "100000",
                                      "cpu.cfs_quota_us": str(int(processors * 100_000))}

    def __enter__(self):
        self.path = self.wanted
        try:
            os.mkdir(self.path)
            for name, value in self.limits.items():
                with open(f"{self.path}/{name}", "w") as file:
                    file.write(value)
        except OSError:
            self.__exit__()
            self.path = None
        return self

    @property
    def kind(self):
        return f"in a control group, version {self.version}" if self.path else "without a group"

    def join(self):
        """Moves the calling process there; for `preexec_fn`."""
        if self.path:
            with open(f"{self.path}/cgroup.procs", "w") as file:
                file.write("0")

    def throttled(self):
        """Periods in which the quota ran out."""
        for line in open(f"{self.path}/cpu.stat"):
            if line.startswith("nr_throttled "):
                return int(line.split()[1])
        return 0

    def __exit__(self, *_):
        # A process that has ended leaves its group a moment later.
        for _ in range(50):
            try:
                return os.rmdir(self.path) if self.path else None
            except FileNotFoundError:
                return None
            except OSError:
                time.sleep(0.1)
