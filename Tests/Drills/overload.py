# SPDX-License-Identifier: Apache-2.0
"""What is offered beyond capacity is refused at once, and what is accepted is answered as fast as
ever; training and preparation do not hurt predictions.

Figures are medians over windows. The short form uses a small model and short runs; it holds the facts that do
not depend on speed and speed with wide bounds, since the machine may be busy with other things.
"""

import asyncio
import json
import os
import statistics
import threading
import time

from groups import ControlGroup
from options import parsed
from served import (CLIENT_CORE, MODEL, SERVER_CORE, Model, Peak, Pings, Promises, Server, median,
                    run, windows)

OPTIONS = parsed(__doc__, ["overload", "training", "reserving", "preparing", "idle", "quota"])
SHORT = OPTIONS.short
WINDOWS, SECONDS = (1, 1.5) if SHORT else (3, 3)
# Goodput is a ratio of two runs, each of which varies by a few percent.
OVERLOADS = 1 if SHORT else 7
# Batches dear enough that a client on one processor can offer ten times what a server on another
# one can do: to receive and refuse one takes some 8 us of processor, and ten times that is little
# in addition to the millisecond that scoring one takes.
MODEL_SIZE = {"rows": 8_000, "rounds": 400} if SHORT else {"rows": 8_000, "rounds": 8_000}
BATCH = ["--batch-size", "1000"]
OPEN = ["--arrivals", "poisson", "--connections", "64", "--in-flight", "64"]
SINGLE = ["--arrivals", "poisson", "--connections", "16", "--in-flight", "64"]
# Bounds: of the promise, and of a short run on a busy machine.
GOODPUT, SLOWDOWN, SHED_MS, RECOVERY, GROWTH, DURING, PING_MS = (
    (0.1, 1_000, 5_000, 100, 4, 100, 5_000) if SHORT else (0.9, 3, 10, 1.2, 1.25, 2, 50))
IDLE_CONNECTIONS = 200 if SHORT else 950
TIMES = (5,) if SHORT else (2, 5, 10)
REFUSALS = ("RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED")


def runs(server, *options, count=WINDOWS, seconds=SECONDS, **keywords):
    return windows(count, server, *options, seconds=seconds, cores=CLIENT_CORE, **keywords)


def capacity_of(server, *options, **keywords):
    return median(runs(server, *options, "--connections", "4", "--in-flight", "4", **keywords),
                  "callsPerSecond")


def failures(reports):
    """Calls that ended otherwise than by an answer or a refusal."""
    return sum(count for report in reports for code, count in report["errors"].items()
               if code not in REFUSALS)


def overload(promises, model):
    with Server(model, cores=SERVER_CORE) as server:
        capacity = capacity_of(server, *BATCH)
        promises.note("capacity, batches of 1,000 rows a second", capacity)
        at = lambda times, of=capacity: [*BATCH, *OPEN, "--rate", str(times * of)]
        base = median(runs(server, *at(0.8)), "latency", "p99")
        promises.note("O01 p99 at 0.8 of it, ms", base)
        calm = max(report["latency"]["p99"] for report in seconds_of(server, at(0.5), 5))
        memory = server.status()["rss"]
        for times in TIMES:
            name = f"O02 {times}x"
            # What the server can do varies with what the machine takes: before and after each
            # window it is measured again; what is offered and goodput are parts of that.
            reports, parts, offered, memory_used, queue = [], [], [], 0, 0
            after = capacity_of(server, *BATCH, count=1)
            for _ in range(OVERLOADS):
                before = after
                with Peak(server) as used:
                    reports += runs(server, *at(times, before), count=1)
                after = capacity_of(server, *BATCH, count=1)
                now = (before + after) / 2
                memory_used, queue = max(memory_used, used.value), max(queue, used.queue)
                parts.append(reports[-1]["callsPerSecond"] / now)
                ended = reports[-1]["calls"] + sum(reports[-1]["errors"].values())
                offered.append(ended / reports[-1]["seconds"] / before)
            goodput = statistics.median(parts)
            slowdown = median(reports, "latency", "p99") / base
            sheds = median(reports, "shedLatency", "p99")
            growth = memory_used / memory
            promises.note(f"{name}: really offered, of capacity", statistics.median(offered))
            promises.check(f"{name}: goodput, of capacity", goodput, f">= {GOODPUT}",
                           goodput >= GOODPUT)
            promises.check(f"{name}: p99 of accepted, of that at 0.8", slowdown, f"<= {SLOWDOWN}",
                           slowdown <= SLOWDOWN)
            promises.check(f"{name}: p99 of refusals, ms", sheds, f"<= {SHED_MS}", sheds <= SHED_MS)
            promises.check(f"{name}: refused", sum(report["sheds"] for report in reports), "> 0",
                           all(report["sheds"] for report in reports), "{:.0f}")
            promises.check(f"{name}: other failures", failures(reports), "0",
                           failures(reports) == 0, "{:.0f}")
            promises.check(f"{name}: longest queue seen", queue, "<= 64", queue <= 64,
                           "{:.0f}")
            promises.check(f"{name}: memory, of that before", growth, f"<= {GROWTH}",
                           growth <= GROWTH)
        recovered = recovery(server, at(0.5), calm)
        promises.check("O03 then 0.5x: seconds until p99 is as before", recovered, "<= 5",
                       recovered <= 5)
        promises.check("it lives", server.process.poll() is None, "True",
                       server.process.poll() is None, "{}")


def seconds_of(server, options, count):
    """Reports of single seconds."""
    return runs(server, *options, count=count, seconds=1, warm_up=0.2)


def recovery(server, options, base_p99):
    """Seconds until one second of half the capacity is answered as in the worst of those before the
    overload."""
    start = time.monotonic()
    for _ in range(6):
        began = time.monotonic() - start
        report = seconds_of(server, options, 1)[0]
        if report["latency"]["p99"] <= RECOVERY * base_p99:
            return began
    return float("inf")


class Work:
    """A `/train` or `/data` that is under way while a block runs."""

    def __init__(self, server, name, body):
        self.server, self.path = server, f"/{name}"
        self.body = json.dumps({"backend": "local", **body}).encode()
        self.running = f'loan_default_work_running{{work="{name}"}}'
        self.answers = []

    def __enter__(self):
        self.thread = threading.Thread(
            target=lambda: self.answers.append(self.server.get(self.path, body=self.body)),
            daemon=True)
        self.thread.start()
        end = time.monotonic() + 30
        while self.server.metric(self.running) != 1 and not self.answers and time.monotonic() < end:
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.was_running = self.server.metric(self.running) == 1

    def again(self):
        return self.server.get(self.path, body=self.body)[0]


def during(promises, server, name, work, seconds=SECONDS):
    """Predictions at half the capacity and probes, without some work and with it."""
    half = ["--rate", str(0.5 * capacity_of(server))]
    alone = median(runs(server, *SINGLE, *half), "latency", "p99")
    with work, Pings(server) as pings:
        reports = runs(server, *SINGLE, *half, seconds=seconds)
    ratio = median(reports, "latency", "p99") / alone
    promises.note(f"{name}: single-row calls a second", float(half[1]), "{:.0f}")
    promises.check(f"{name}: p99 of predictions, of that without", ratio, f"<= {DURING}",
                   ratio <= DURING)
    promises.check(f"L04 {name}: p99 of /ping, ms", pings.p99(), f"<= {PING_MS}",
                   pings.p99() <= PING_MS)
    promises.note(f"{name}: longest /ping, ms", 1000 * max(pings.seconds))
    promises.check(f"L04 {name}: probes that failed", pings.failed, "0", pings.failed == 0, "{:.0f}")
    promises.check(f"{name}: failed predictions", failures(reports), "0", failures(reports) == 0,
                   "{:.0f}")


def training(promises, model):
    """/train during half of the capacity."""
    with Server(model, cores=SERVER_CORE) as server:
        work = Work(server, "train", {
            "local_data_path": "data", "local_model_path": "other", "model_name": MODEL,
            "parameters": {"rounds": 10_000}})
        during(promises, server, "O06 /train at half load", work)
        promises.check("O06 the training went on throughout", work.was_running, "True",
                       work.was_running, "{}")
        second = work.again()
        promises.check("O06 a second training is refused", second, "429", second == 429, "{:.0f}")


def reserving(promises, _):
    """A /train that fits into the memory of a control group, and work that does not."""
    limit, few, many = (160, 20_000, 400_000) if SHORT else (512, 800_000, 4_000_000)
    model = Model(rows=8_000, rounds=100)
    for rows in (few, many):
        run("data", "--local-path", f"{model.root}/applications.csv", "--target-path",
            f"{model.root}/{rows}", "--size", str(rows), "--seed", "1")
    with ControlGroup(memory_mebibytes=limit) as group:
        # What a group of version 2 grants, the server finds out itself.
        options = [] if group.path and group.version == 2 else ["--memory-limit", str(limit)]
        with Server(model, *options, cores=SERVER_CORE, group=group) as server, Peak(server) as used:
            def train(rows):
                return server.get("/train", timeout=600, body=json.dumps({
                    "backend": "local", "local_data_path": str(rows), "local_model_path": "other",
                    "model_name": MODEL, "parameters": {"rounds": 20}}).encode())
            refused, why = train(many)
            trained, _ = train(few)
            prepared, _ = server.get("/data", body=json.dumps({
                "backend": "local", "local_path": "applications.csv", "target_path": "most",
                "size": 50_000_000}).encode())
            reports = runs(server, *SINGLE, "--rate", "1000", count=1, seconds=1)
            lives = server.process.poll() is None
    name = f"O06 in {limit} MiB, /train on"
    promises.check(f"{name} {many} rows: status", refused, "413", refused == 413, "{:.0f}")
    promises.check("O06 it says what it would take, and what it may",
                   "MiB of memory" in why and "MiB are allowed" in why, "True",
                   "MiB of memory" in why and "MiB are allowed" in why, "{}")
    promises.check(f"{name} {few} rows: status", trained, "200", trained == 200, "{:.0f}")
    promises.check(f"O07 in {limit} MiB, /data of 50000000 rows: status", prepared, "413",
                   prepared == 413, "{:.0f}")
    promises.check("O06 memory at most, MiB", used.value / 1024, f"<= {limit}",
                   used.value <= limit << 10, "{:.0f}")
    promises.check(f"O06 it lives ({group.kind})", lives, "True", lives, "{}")
    promises.check("O06 failed predictions after it", failures(reports), "0",
                   failures(reports) == 0, "{:.0f}")


def preparing(promises, model):
    """/data of millions of rows during half of the capacity, in a container's memory, and then
    during an overload."""
    size = 200_000 if SHORT else 4_000_000
    with ControlGroup(memory_mebibytes=512) as group:
        with Server(model, "--memory-limit", "512", cores=SERVER_CORE, group=group) as server:
            work = lambda: Work(server, "data", {
                "local_path": "applications.csv", "target_path": "more", "size": size})
            with Peak(server) as used:
                during(promises, server, f"O07 /data of {size} rows", work(), seconds=SECONDS / 2)
                capacity = capacity_of(server, *BATCH)
                with work():
                    reports = runs(server, *BATCH, *OPEN, "--rate", str(5 * capacity), count=1)
            lives = server.process.poll() is None
            promises.check("O08 with 5x the capacity: other failures", failures(reports), "0",
                           failures(reports) == 0, "{:.0f}")
            promises.check("O08 memory at most, MiB", used.value / 1024, "<= 512",
                           used.value <= 512 << 10, "{:.0f}")
            promises.check(f"O08 it lives ({group.kind})", lives, "True", lives, "{}")


def idle(promises, model):
    """Many connections that do nothing during a load."""
    with Server(model, cores=SERVER_CORE) as server:
        rate = ["--rate", str(0.8 * capacity_of(server, *BATCH))]
        alone = median(runs(server, *BATCH, *OPEN, *rate), "latency", "p99")
        memory = server.status()["rss"]
        with IdleConnections(server.rpc_port, IDLE_CONNECTIONS) as connections:
            each = (server.status()["rss"] - memory) / IDLE_CONNECTIONS
            ratio = median(runs(server, *BATCH, *OPEN, *rate), "latency", "p99") / alone
            kept = connections.count()
        bound, most = (100, 256) if SHORT else (1.2, 32)
        promises.check(f"O10 with {IDLE_CONNECTIONS} idle connections: p99, of that without", ratio,
                       f"<= {bound}", ratio <= bound)
        promises.check("O10 memory of each, KiB", each, f"<= {most}", each <= most, "{:.1f}")
        promises.check("O10 of them kept", kept, f"{IDLE_CONNECTIONS}", kept == IDLE_CONNECTIONS,
                       "{:.0f}")


class IdleConnections:
    """Connections that say who they are and nothing more; an event loop of their own answers the
    server's PINGs."""

    def __init__(self, port, number):
        self.port, self.number, self.opened = port, number, []

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self.open(), self.loop).result(120)
        return self

    async def open(self):
        from ldp import Connection
        for _ in range(self.number):
            self.opened.append(await Connection.open(self.port))

    def count(self):
        return sum(not connection.is_leaving for connection in self.opened)

    def __exit__(self, *_):
        for connection in self.opened:
            self.loop.call_soon_threadsafe(connection.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def quota(promises, model):
    """Half a processor: probes do not fail while the quota holds the server back."""
    with ControlGroup(processors=0.5) as group:
        if group.path is None:
            return promises.note("O09 no quota can be set here", 0, "-")
        with Server(model, cores=SERVER_CORE, group=group) as server:
            capacity = capacity_of(server, *BATCH)
            with Pings(server, interval=0.05) as pings:
                reports = runs(server, *BATCH, *OPEN, "--rate", str(2 * capacity))
        promises.note("O09 half a processor: batches of 1,000 rows a second", capacity)
        promises.note("O09 p99 of accepted at 2x, ms", median(reports, "latency", "p99"))
        promises.note("O09 p99 of /ping, ms", pings.p99())
        promises.check("O09 probes that failed, or took more than a second",
                       pings.failed + sum(seconds > 1 for seconds in pings.seconds), "0",
                       pings.failed == 0 and (SHORT or max(pings.seconds) <= 1), "{:.0f}")
        promises.check("O09 periods in which it was held back", group.throttled(), "> 0",
                       group.throttled() > 0, "{:.0f}")
        promises.check("O09 other failures", failures(reports), "0", failures(reports) == 0,
                       "{:.0f}")


PARTS = {part.__name__: part for part in (
    overload, training, reserving, preparing, idle, quota)}
promises = Promises("Overload")
model = Model(**MODEL_SIZE)
if CLIENT_CORE:
    os.sched_setaffinity(0, {int(CLIENT_CORE)})
for name in OPTIONS.parts:
    PARTS[name](promises, model)
promises.finish()
