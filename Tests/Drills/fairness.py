# SPDX-License-Identifier: Apache-2.0
"""Small calls next to large ones: one-row calls next to batches of 65,536 rows, over RPC and over
HTTP, and many callers of few rows next to a greedy one.

Server and clients share all processors, as the pods of a node do. What is compared is not an idle
machine: there the p99 of a one-row call is that of a wake-up, some tenths of a millisecond, and
any program that keeps the processors busy makes it a tick of the kernel's clock (4 ms at 250 Hz),
since the clients wait for a processor, too. So the windows next to large calls take turns with
windows next to foreign processes that keep the same processors busy, and the ratio of their medians
is what the server adds: it is 1 where large calls take nothing from small ones that a foreign
program of the same weight would not take.

The short form has fewer and shorter windows, and bounds twice as wide.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import threading
import time

from options import parsed
from served import Model, Promises, Server, load

OPTIONS = parsed(__doc__, ["weights", "latency", "http", "shares"])
SHORT = OPTIONS.short
WINDOWS, SECONDS = (3, 0.6) if SHORT else (15, 2)
MODEL_SIZE = {"rows": 8_000, "rounds": 500}
# p99 of small calls, of that next to foreign processes; part of the fair share that callers keep.
# HTTP's large bodies are read, parsed and scored in one piece.
SLOWDOWN, SLOWDOWN_HTTP, SHARE = (3, 5, 0.45) if SHORT else (1.5, 2.5, 0.85)
SMALL = ["--arrivals", "poisson", "--rate", "1000", "--connections", "8", "--in-flight", "8"]
# As many as keep the server busy and are hardly ever refused: callers whose large calls are refused
# and sent again at once keep more processors busy with sending than the server does with scoring.
LARGE = ["--batch-size", "65536", "--connections", "2", "--in-flight", "2"]
# Of HTTP's largest bodies: what fits into 4 MiB.
LARGE_HTTP = ["--target", "http", "--batch-size", "12000", "--connections", "2"]
POLITE_COUNT = 50
POLITE = ["--batch-size", "16", "--connections", str(POLITE_COUNT), "--in-flight", "1"]
GREEDY = ["--batch-size", "65536", "--connections", "1", "--in-flight", "64"]
BURN = "while True: pass"
PROCESSORS = len(os.sched_getaffinity(0))


@contextlib.contextmanager
def burning(count):
    """Foreign processes that keep some processors busy."""
    processes = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


@contextlib.contextmanager
def calling(server, options, reports):
    """Another client that calls for a little longer than the block runs."""
    thread = threading.Thread(target=lambda: reports.append(
        load(server, *options, seconds=SECONDS + 0.4, warm_up=0.1)))
    thread.start()
    # It has connected, and the server has its first calls.
    time.sleep(0.2)
    try:
        yield
    finally:
        thread.join()


def window(server, options):
    return load(server, *options, seconds=SECONDS, warm_up=0.1)


def alternating(server, small, burners, large):
    """Reports of small calls alone, next to foreign processes and next to large calls, in turns; and
    those of the large calls."""
    alone, burned, crowded, others = [], [], [], []
    for _ in range(WINDOWS):
        alone.append(window(server, small))
        with burning(burners):
            burned.append(window(server, small))
        with calling(server, large, others):
            crowded.append(window(server, small))
    return alone, burned, crowded, others


def middle(reports, *keys):
    def figure(report):
        for key in keys:
            report = report[key]
        return report
    return statistics.median(map(figure, reports))


def failures(reports):
    return sum(sum(report["errors"].values()) for report in reports)


def slowdown(promises, server, name, small, large, bound):
    alone, burned, crowded, others = alternating(server, small, PROCESSORS, large)
    p99 = [middle(reports, "latency", "p99") for reports in (alone, burned, crowded)]
    promises.note(f"{name}: p99 alone, ms", p99[0])
    promises.note(f"{name}: p99 next to {PROCESSORS} foreign processes, ms", p99[1])
    promises.note(f"{name}: p99 next to large calls, ms", p99[2])
    promises.note(f"{name}: p50 next to large calls, ms", middle(crowded, "latency", "p50"))
    promises.note(f"{name}: large calls a second", middle(others, "callsPerSecond"))
    ratio = p99[2] / p99[1]
    promises.check(f"{name}: p99 next to large calls, of that next to foreign processes", ratio,
                   f"<= {bound}", ratio <= bound, "{:.2f}")
    promises.check(f"{name}: small calls that failed", failures(crowded), "0",
                   failures(crowded) == 0, "{:.0f}")
    answered = sum(report["calls"] for report in others)
    promises.check(f"{name}: large calls that were answered", answered, "> 0", answered > 0,
                   "{:.0f}")


def latency(promises, server):
    slowdown(promises, server, "O04 one row", SMALL, LARGE, SLOWDOWN)


def http(promises, server):
    small = ["--target", "http", "--arrivals", "poisson", "--rate", "500", "--connections", "16"]
    slowdown(promises, server, "O04 one row, HTTP", small, LARGE_HTTP, SLOWDOWN_HTTP)


def shares(promises, server):
    """What the greedy caller's own process takes of the processors is not the server's to give: so
    the share is of what the callers get next to one foreign process."""
    alone, burned, crowded, others = alternating(server, POLITE, 1, GREEDY)
    rates = [middle(reports, "callsPerSecond") for reports in (alone, burned, crowded)]
    fair = rates[1] * POLITE_COUNT / (POLITE_COUNT + 1)
    name = f"O05 {POLITE_COUNT} callers of 16 rows"
    promises.note(f"{name}: calls a second alone", rates[0], "{:.0f}")
    promises.note(f"{name}: next to a foreign process", rates[1], "{:.0f}")
    promises.note(f"{name}: next to a greedy caller", rates[2], "{:.0f}")
    promises.note(f"{name}: batches a second of the greedy one", middle(others, "callsPerSecond"))
    promises.check(f"{name}: of their fair share", rates[2] / fair, f">= {SHARE}",
                   rates[2] >= SHARE * fair, "{:.2f}")
    promises.check(f"{name}: calls that failed", failures(crowded), "0", failures(crowded) == 0,
                   "{:.0f}")


def weights(promises, server):
    """The threads that score large batches leave the processors to those that answer small calls."""
    nice = {"TP": [], "NIO": []}
    for task in os.listdir(f"/proc/{server.pid}/task"):
        with open(f"/proc/{server.pid}/task/{task}/stat") as file:
            name, _, rest = file.read().partition("(")[2].rpartition(")")
        kind = name.split("-")[0]
        if kind in nice:
            nice[kind].append(int(rest.split()[16]))
    promises.check("nice value of the threads that score large batches", min(nice["TP"]), "10",
                   set(nice["TP"]) == {10}, "{:.0f}")
    promises.check("nice value of the event loops", max(nice["NIO"]), "0",
                   set(nice["NIO"]) == {os.getpriority(os.PRIO_PROCESS, 0)}, "{:.0f}")


PARTS = {part.__name__: part for part in (weights, latency, http, shares)}
promises = Promises("Fairness")
model = Model(**MODEL_SIZE)
with Server(model) as server:
    for options in (["--batch-size", "65536"], ["--target", "http"]):
        load(server, *options, seconds=0.3, warm_up=0.1)
    for name in OPTIONS.parts:
        PARTS[name](promises, server)
    promises.check("it lives", server.process.poll() is None, "True",
                   server.process.poll() is None, "{}")
promises.finish()
