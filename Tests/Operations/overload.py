# SPDX-License-Identifier: Apache-2.0
"""What is offered beyond capacity is refused at once, and what is accepted is answered as fast as
ever; training does not hurt predictions.

Usage: overload.py [--short]

The server has one processor and the client another, so that a busy client does not look like a
slow server. The short form uses a small model and short runs; it holds the same promises with wide
bounds, since the machine may be busy with other things.
"""

import json
import statistics
import sys
import threading
import time

from served import MODEL, Model, Peak, Promises, Server, load

SHORT = "--short" in sys.argv
SECONDS = 1.5 if SHORT else 8
# Batches dear enough that a client on one processor can offer ten times what a server on another
# one can do.
MODEL_SIZE = {"rows": 8_000, "rounds": 400} if SHORT else {"rows": 24_000, "rounds": 2_000}
BATCH = ["--batch-size", "1000"]
OPEN = ["--arrivals", "poisson", "--connections", "64", "--in-flight", "64"]
# Bounds: of the promise, and of a short run on a busy machine.
GOODPUT, SLOWDOWN, SHED_MS, RECOVERY, GROWTH = (
    (0.2, 1_000, 5_000, 100, 4) if SHORT else (0.9, 3, 10, 1.2, 1.25))


def overload(promises, model):
    with Server(model, cores="0") as server:
        peak = load(server, *BATCH, "--connections", "4", "--in-flight", "4", seconds=SECONDS, cores="1")
        capacity = peak["callsPerSecond"]
        promises.note("capacity, batches of 1,000 rows a second", capacity)
        base = load(server, *BATCH, *OPEN, "--rate", str(0.8 * capacity), seconds=SECONDS, cores="1")
        base_p99 = base["latency"]["p99"]
        promises.note("p99 at 0.8 of it, ms", base_p99)
        calm = load(server, *BATCH, *OPEN, "--rate", str(0.5 * capacity), seconds=SECONDS, cores="1")
        memory = server.status()["rss"]
        for times in (2, 5, 10):
            with Peak(server) as used:
                report = load(server, *BATCH, *OPEN, "--rate", str(times * capacity),
                              seconds=SECONDS, cores="1")
            goodput = report["callsPerSecond"] / capacity
            offered = (report["calls"] + sum(report["errors"].values())) / report["seconds"] / capacity
            slowdown = report["latency"]["p99"] / base_p99
            growth = used.value / memory
            others = {code: count for code, count in report["errors"].items()
                      if code not in ("RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED")}
            name = f"{times}x"
            promises.note(f"{name}: really offered, of capacity", offered)
            promises.check(f"{name}: goodput, of capacity", goodput, f">= {GOODPUT}", goodput >= GOODPUT)
            promises.check(f"{name}: p99 of accepted, of that at 0.8", slowdown, f"<= {SLOWDOWN}",
                           slowdown <= SLOWDOWN)
            promises.check(f"{name}: refused", report["sheds"], "> 0", report["sheds"] > 0, "{:.0f}")
            promises.check(f"{name}: p99 of refusals, ms", report["shedLatency"]["p99"],
                           f"<= {SHED_MS}", report["shedLatency"]["p99"] <= SHED_MS)
            promises.check(f"{name}: other failures", sum(others.values()), "0", not others, "{:.0f}")
            promises.check(f"{name}: memory, of that before", growth, f"<= {GROWTH}", growth <= GROWTH)
        recovered = recovery(server, capacity, calm["latency"]["p99"])
        promises.check("then 0.5x: seconds until p99 is as before", recovered, "<= 5", recovered <= 5)
        promises.check("it lives", server.process.poll() is None, "True",
                       server.process.poll() is None, "{}")


def recovery(server, capacity, base_p99):
    """Seconds until one second of half the capacity is answered as before the overload."""
    start = time.monotonic()
    for _ in range(6):
        began = time.monotonic() - start
        report = load(server, *BATCH, *OPEN, "--rate", str(0.5 * capacity), seconds=1, warm_up=0,
                      cores="1")
        if report["latency"]["p99"] <= RECOVERY * base_p99:
            return began
    return float("inf")


def training(promises, model):
    """/train during half of the capacity."""
    with Server(model) as server:
        closed = load(server, "--connections", "4", "--in-flight", "8", seconds=SECONDS)
        options = ["--arrivals", "poisson", "--rate", str(0.5 * closed["callsPerSecond"]),
                   "--connections", "16", "--in-flight", "64"]
        idle = load(server, *options, seconds=SECONDS)
        body = json.dumps({"backend": "local", "local_data_path": "data", "local_model_path": "other",
                           "model_name": MODEL, "parameters": {"rounds": 10_000}}).encode()
        answers = []
        trainer = threading.Thread(target=lambda: answers.append(server.get("/train", body=body)),
                                   daemon=True)
        trainer.start()
        running = 'loan_default_work_running{work="train"}'
        end = time.monotonic() + 30
        while server.metric(running) != 1 and time.monotonic() < end:
            time.sleep(0.05)
        pings, stopped = [], threading.Event()
        pinger = threading.Thread(target=ping, args=(server, pings, stopped), daemon=True)
        pinger.start()
        busy = load(server, *options, seconds=SECONDS)
        still = server.metric(running)
        stopped.set()
        pinger.join()
        second = server.get("/train", body=body)
        ratio = busy["latency"]["p99"] / idle["latency"]["p99"]
        pings_p99 = statistics.quantiles(pings, n=100)[98] * 1000
        bound, ping_bound = (50, 2000) if SHORT else (2, 50)
        promises.note("half load: single-row calls a second", 0.5 * closed["callsPerSecond"], "{:.0f}")
        promises.check("half load: the training went on throughout", still, "1", still == 1)
        promises.check("half load: p99 while training, of that without", ratio, f"<= {bound}",
                       ratio <= bound)
        promises.check("half load: p99 of /ping while training, ms", pings_p99, f"<= {ping_bound}",
                       pings_p99 <= ping_bound)
        promises.check("half load: a second training is refused", second[0], "429", second[0] == 429,
                       "{:.0f}")


def ping(server, seconds, stopped):
    while not stopped.wait(0.02):
        start = time.monotonic()
        if server.get("/ping")[0] == 200:
            seconds.append(time.monotonic() - start)


promises = Promises("Overload")
model = Model(**MODEL_SIZE)
overload(promises, model)
training(promises, model)
promises.finish()
