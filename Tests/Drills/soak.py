# SPDX-License-Identifier: Apache-2.0
"""Many requests leave no trace in memory, descriptors and threads; starting is fast.

Memory is fitted by a line over the requests of the second half: the first half warms caches and the
allocator's arenas. The same check is made on a server that leaks on purpose (leak.c, loaded into
it), and must fail there.
"""

import os
import statistics
import subprocess
import tempfile
import threading
import time

from options import parsed
from served import MODEL, Model, Promises, Server, load

OPTIONS = parsed(__doc__, number="requests")
SHORT = OPTIONS.short
REQUESTS = OPTIONS.number or (300_000 if SHORT else 20_000_000)
PRELOAD = ["--model", f"{MODEL}=models,data"]
# What is measured at the end of a short run is mostly noise of the allocator.
DRIFT_SHARE, DRIFT_KIB = (0.1, 16 << 10) if SHORT else (0.02, 8 << 10)

# Single rows over RPC first and longest, then batches, then HTTP.
LOADS = (["--connections", "4", "--in-flight", "32"],
         ["--connections", "4", "--in-flight", "4", "--batch-size", "700"],
         ["--target", "http", "--connections", "8"])


class Samples:
    """Memory of a server while a block runs; threads and descriptors before and after it."""

    def __init__(self, server):
        self.server, self.list, self.stopped = server, [], threading.Event()

    def idle(self):
        """How it is without connections of the load."""
        time.sleep(1)
        return self.server.status()

    def __enter__(self):
        self.before = self.idle()
        self.thread = threading.Thread(target=self.take, daemon=True)
        self.thread.start()
        return self

    def take(self):
        while not self.stopped.is_set():
            self.list.append((time.monotonic(), self.server.status()))
            self.stopped.wait(0.1 if SHORT else 0.5)

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()
        self.after = self.idle()

    def drift(self):
        """Growth of memory over the second half, by a fitted line, in KiB; and its start."""
        half = self.list[len(self.list) // 2:]
        times = [at - half[0][0] for at, _ in half]
        memory = [status["rss"] for _, status in half]
        slope, start = statistics.linear_regression(times, memory)
        return slope * times[-1], start

    def change(self, what):
        """How many more there are after the block than before it."""
        return self.after[what] - self.before[what]


def soak(server, requests):
    """Sends `requests` requests, two thirds over RPC in single rows, the rest in batches and HTTP."""
    for options in LOADS:
        load(server, *options, seconds=0.5)
    sent, failed = 0, 0
    with Samples(server) as samples:
        while sent < requests:
            for options in LOADS:
                is_main = options is LOADS[0]
                report = load(server, *options, warm_up=0,
                              seconds=(0.5 if SHORT else 20) if is_main else (0.2 if SHORT else 2))
                sent += report["calls"]
                failed += sum(report["errors"].values()) - report["sheds"]
    return samples, sent, failed


def is_steady(samples):
    growth, start = samples.drift()
    return (growth <= max(DRIFT_SHARE * start, DRIFT_KIB) and samples.change("threads") <= 0
            and samples.change("descriptors") <= 0)


def steady(promises, model):
    with Server(model, *PRELOAD) as server:
        samples, sent, failed = soak(server, REQUESTS)
        growth, start = samples.drift()
        bound = max(DRIFT_SHARE * start, DRIFT_KIB)
        promises.note("L09 requests", sent, "{:.0f}")
        promises.check("L09 failed", failed, "0", failed == 0, "{:.0f}")
        promises.note("L09 memory at the middle, MiB", start / 1024, "{:.1f}")
        promises.check("L09 its growth over the second half, MiB", growth / 1024,
                       f"<= {bound / 1024:.1f}", growth <= bound, "{:.2f}")
        for what in ("threads", "descriptors"):
            change = samples.change(what)
            promises.check(f"L09 more {what}", change, "0", change <= 0, "{:.0f}")


def leaking(promises, model):
    """The negative control."""
    with tempfile.TemporaryDirectory() as folder:
        library = f"{folder}/leak.so"
        source = os.path.join(os.path.dirname(__file__), "leak.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
        with Server(model, *PRELOAD, preload={"LD_PRELOAD": library}) as server:
            samples, _, _ = soak(server, min(REQUESTS, 3_000_000))
    growth, start = samples.drift()
    promises.note("L09 a server that leaks on purpose: growth, MiB", growth / 1024, "{:.1f}")
    promises.check("L09 the same check fails there", not is_steady(samples), "True",
                   not is_steady(samples), "{}")
    if not SHORT:
        bound = max(DRIFT_SHARE * start, DRIFT_KIB)
        promises.check("L09 by its memory alone", growth / 1024, f"> {bound / 1024:.1f}",
                       growth > bound, "{:.1f}")
    more = samples.change("descriptors")
    promises.check("L09 by its descriptors alone", more, "> 0", more > 0, "{:.0f}")


def start(promises, model):
    """From exec to ready with the model verified, and memory then."""
    seconds, memory = [], []
    for _ in range(3 if SHORT else 11):
        with Server(model, *PRELOAD, wait=False) as server:
            seconds.append(server.ready())
            memory.append(server.status()["rss"] / 1024)
    bound, most = (10, 256) if SHORT else (0.15, 64)
    median = statistics.median(seconds)
    promises.check("L03 start to ready, ms (median)", median * 1000, f"<= {bound * 1000:.0f}",
                   median <= bound, "{:.0f}")
    promises.check("memory idle, MiB", statistics.median(memory), f"<= {most}",
                   statistics.median(memory) <= most, "{:.1f}")


promises = Promises("Soak")
model = Model(rows=4_000 if SHORT else 60_000, rounds=50 if SHORT else 500)
start(promises, model)
steady(promises, model)
leaking(promises, model)
promises.finish()
