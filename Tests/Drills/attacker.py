# SPDX-License-Identifier: Apache-2.0
"""Processes of clients that mean ill, which give way to the measuring client on their processor, so
that what is measured is the server."""

import multiprocessing
import os
import time


class Attack:
    """A function in a process of its own, while a block runs. It is given a port, an amount, an
    event that is set while it shall go on, and a counter of what it has reached, here `count`."""

    def __init__(self, act, port, amount, core):
        self.running, self.counter = multiprocessing.Event(), multiprocessing.Value("q", 0, lock=False)
        self.process = multiprocessing.Process(
            target=self.run, args=(act, port, amount, core), daemon=True)

    def run(self, act, port, amount, core):
        os.sched_setaffinity(0, {core})
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        act(port, amount, self.running, self.counter)

    @property
    def count(self):
        return self.counter.value

    def reach(self, count, timeout=120):
        """Waits until `count` is reached."""
        end = time.monotonic() + timeout
        while self.count < count:
            if time.monotonic() > end or not self.process.is_alive():
                raise SystemExit(f"the attack reached {self.count} of {count}")
            time.sleep(0.01)

    def __enter__(self):
        self.running.set()
        self.process.start()
        return self

    def __exit__(self, *_):
        self.running.clear()
        self.process.join(30)
        if self.process.is_alive():
            self.process.kill()
