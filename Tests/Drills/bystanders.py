# SPDX-License-Identifier: Apache-2.0
"""What one client does to others, and how fast a call ends that is not wanted any more.

The data are those of the file in DATA, or generated.

The server has one processor and all clients the other. A virtual machine loses its processors for
milliseconds now and then, which is the p99 of any window that it falls into: so windows with and
without an attack take turns, and their medians are compared.
"""

import asyncio
import contextlib
import os
import random
import statistics
import time

import ldp
from attack import connecting, dripping
from attacker import Attack
from options import parsed
from served import MODEL, Model, Promises, Server, load

OPTIONS = parsed(__doc__, ["W63", "W68", "W74", "W84"])
SHORT = OPTIONS.short
MODEL_SIZE = ({"rows": 8_000, "rounds": 200} if SHORT
              else {"rows": 60_000, "rounds": 500, "depth": 10})
SAMPLES = 10 if SHORT else 200
WINDOWS, SECONDS = (3, 0.3) if SHORT else (11, 1.5)
# Dripping connections at a time, and connects a second.
DRIPS, CONNECTS = (100, 100) if SHORT else (500, 1_000)
# Bounds: of the promise, and of a short run on a busy machine.
STOP_MS, LATE_MS, DRIPPING, CONNECTING = (500, 2_000, 100, 100) if SHORT else (20, 100, 1.5, 2)
# How much memory may grow by an attack, in KiB.
GROWTH_KIB = 8 << 10
ROWS = 65_536
# Calls of the bystander in a second: each sent by itself, they take a third of a processor here. At
# twice as many, what is measured is the client's own queue.
RATE = 10_000
SERVER_CORE, CLIENT_CORE = 0, 1


def spread(milliseconds):
    """Median, p99 and the longest."""
    ordered = sorted(milliseconds)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return at(0.5), at(0.99), ordered[-1]


def report(promises, what, milliseconds, most):
    promises.check(f"{what}: samples", len(milliseconds), f">= {SAMPLES}",
                   len(milliseconds) >= SAMPLES, "{:.0f}")
    if not milliseconds:
        return
    p50, p99, longest = spread(milliseconds)
    promises.note(f"{what}: p50, ms", p50, "{:.2f}")
    promises.check(f"{what}: p99, ms", p99, f"<= {most}", p99 <= most, "{:.2f}")
    promises.note(f"{what}: longest, ms", longest, "{:.2f}")


async def whole(connection):
    """Milliseconds of the largest batch, undisturbed."""
    payload, taken = ldp.predict(rows=ROWS), []
    for _ in range(9):
        start = time.monotonic()
        status, _ = await connection.call(payload)
        assert status.code == ldp.OK, status
        taken.append(1000 * (time.monotonic() - start))
    return statistics.median(taken)


async def cancels(server, promises):
    """W63. One connection serves more canceled calls than it has slots, so that each must have
    come back; what the server computes after a CANCEL is read from its processor time."""
    connection = await ldp.Connection.open(server.rpc_port)
    length = await whole(connection)
    promises.note(f"{ROWS} rows, undisturbed, ms (median)", length, "{:.1f}")
    batch, single = ldp.predict(rows=ROWS), ldp.predict()
    answers, work, next_calls, finished = [], [], [], 0
    generator = random.Random(1)
    while len(answers) < SAMPLES and finished < 20 * SAMPLES:
        call = connection.call(batch)
        # In its first part, where there is much left to stop.
        await asyncio.sleep(generator.uniform(0.1, 0.5) * length / 1000)
        used, start = server.cpu_seconds(), time.monotonic()
        connection.cancel()
        status, _ = await call
        answered = time.monotonic()
        outcome, _ = await connection.call(single)
        served = time.monotonic()
        assert outcome.code == ldp.OK, outcome
        await asyncio.sleep(2 * length / 1000)
        if status.code != ldp.CANCELLED:
            finished += 1
            continue
        answers.append(1000 * (answered - start))
        next_calls.append(1000 * (served - answered))
        work.append(1000 * (server.cpu_seconds() - used))
        # The protocol allows ten CANCELs a second.
        await asyncio.sleep(max(0, 0.11 - (time.monotonic() - start)))
    connection.close()
    promises.note("W63 calls that were done before their CANCEL", finished, "{:.0f}")
    report(promises, "W63 from CANCEL to its answer", answers, STOP_MS)
    report(promises, "W63 computed after a CANCEL", work, STOP_MS)
    report(promises, "W63 the next call, one row", next_calls, STOP_MS)


async def deadlines(server, promises):
    """W68. Deadlines fall into the time that the batch takes."""
    connection = await ldp.Connection.open(server.rpc_port)
    length = await whole(connection)
    late, work, finished = [], [], 0
    generator = random.Random(2)
    while len(late) < SAMPLES and finished < 20 * SAMPLES:
        timeout = max(1, round(generator.uniform(0.2, 0.8) * length))
        payload = ldp.predict(rows=ROWS, timeout_ms=timeout)
        start = time.monotonic()
        call = connection.call(payload)
        await asyncio.sleep(timeout / 1000)
        used = server.cpu_seconds()
        status, _ = await call
        answered = time.monotonic()
        outcome, _ = await connection.call(ldp.predict())
        assert outcome.code == ldp.OK, outcome
        await asyncio.sleep(2 * length / 1000)
        if status.code != ldp.DEADLINE_EXCEEDED:
            finished += 1
            continue
        late.append(1000 * (answered - start) - timeout)
        work.append(1000 * (server.cpu_seconds() - used))
    connection.close()
    promises.note("W68 calls that were done before their deadline", finished, "{:.0f}")
    report(promises, "W68 from the deadline to the status", late, LATE_MS)
    report(promises, "W68 computed after the deadline", work, STOP_MS)


def window(server):
    """p99 of somebody who asks for single rows at a moderate rate, in milliseconds."""
    result = load(server, "--arrivals", "constant", "--rate", str(RATE), "--connections", "4",
                  "--in-flight", "64", seconds=SECONDS, cores=str(CLIENT_CORE))
    assert not result["errors"], result
    return result["latency"]["p99"]


def bystander(server, promises, what, most, attack):
    """Windows with and without an attack, in turns. `attack` makes one that has begun.

    What the host of a virtual machine takes of its processors is in the p99 of a window, and only
    ever adds to it: the first quartile is of the server, the median of the host."""
    calm, attacked = [], []
    for _ in range(WINDOWS):
        calm.append(window(server))
        with attack():
            attacked.append(window(server))
    without, during = (statistics.quantiles(times, n=4)[0] for times in (calm, attacked))
    ratio = during / without
    promises.note(f"{what}: p99 without, ms (quartile of {WINDOWS})", without)
    promises.note(f"{what}: p99 with, ms (likewise)", during)
    promises.check(f"{what}: p99, of that without", ratio, f"<= {most}", ratio <= most, "{:.2f}")


def drips(server, promises):
    """W74."""
    kept = []

    @contextlib.contextmanager
    def attack():
        with Attack(dripping, server.rpc_port, DRIPS, CLIENT_CORE) as running:
            running.reach(DRIPS)
            yield
            kept.append(running.count)
    bystander(server, promises, f"W74 {DRIPS} dripping connections", DRIPPING, attack)
    promises.check("W74 dripping connections at a time", min(kept), f">= {0.9 * DRIPS:.0f}",
                   min(kept) >= 0.9 * DRIPS, "{:.0f}")


def connects(server, promises):
    """W84."""
    rates = []

    @contextlib.contextmanager
    def attack():
        with Attack(connecting, server.rpc_port, CONNECTS, CLIENT_CORE) as running:
            running.reach(1)
            start = time.monotonic()
            yield
            rates.append(running.count / (time.monotonic() - start))
    # What the allocator keeps of the first thousands does not count as a leak.
    with Attack(connecting, server.rpc_port, CONNECTS, CLIENT_CORE) as running:
        running.reach(200 if SHORT else 5_000)
    before = settled(server)
    bystander(server, promises, f"W84 {CONNECTS} connects a second", CONNECTING, attack)
    after = settled(server)
    rate = statistics.median(rates)
    promises.check("W84 connections a second", rate, f">= {0.9 * CONNECTS:.0f}",
                   SHORT or rate >= 0.9 * CONNECTS, "{:.0f}")
    more = after["descriptors"] - before["descriptors"]
    promises.check("W84 more descriptors after it", more, "0", more <= 0, "{:.0f}")
    growth = after["rss"] - before["rss"]
    promises.check("W84 growth of memory, MiB", growth / 1024, f"<= {GROWTH_KIB // 1024}",
                   growth <= GROWTH_KIB, "{:.1f}")


def settled(server):
    """What the server holds when the connections of others have ended."""
    last, rest = None, 0
    for _ in range(200):
        time.sleep(0.1)
        status = server.status()
        rest = rest + 1 if last and status["descriptors"] == last["descriptors"] else 0
        last = status
        if rest == 5:
            break
    return last


promises = Promises("Bystanders")
model = Model(**MODEL_SIZE, table=os.environ.get("DATA"))
os.sched_setaffinity(0, {CLIENT_CORE})
with Server(model, "--model", f"{MODEL}=models,data", cores=str(SERVER_CORE)) as server:
    if "W63" in OPTIONS.parts:
        asyncio.run(cancels(server, promises))
    if "W68" in OPTIONS.parts:
        asyncio.run(deadlines(server, promises))
    if "W74" in OPTIONS.parts:
        drips(server, promises)
    if "W84" in OPTIONS.parts:
        connects(server, promises)
    promises.check("it lives", server.process.poll() is None, "True",
                   server.process.poll() is None, "{}")
promises.finish(prints_json=True)
