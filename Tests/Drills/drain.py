# SPDX-License-Identifier: Apache-2.0
"""Rolling restarts behind a balancer lose nothing, and a server stops as it promises.

Three servers stand behind `balancer.py`; callers of both protocols load them while one after the
other is stopped by SIGTERM and replaced. A caller repeats a call only where the server has said
that it was not begun (RPC), or never (HTTP); any other end of a call is a failure.

The load is 80 % of the capacity, and the capacity is what is answered in the same state: callers
that never pause, through the same balancer to the same servers, while restarts go on without a
break, so that at any time one of three servers is about to stop, gone or starting. Callers,
balancer and servers share the processors, and it is all of them together that are loaded so far.
Calls are due at an even rate and those that are late are made up for: what falls out during a
restart is not left out. The capacity is measured before and after; the load is a part of the mean.
"""

import asyncio
import json
import signal
import subprocess
import sys
import time

import ldp
from options import parsed
from served import MODEL, Model, Promises, Server

OPTIONS = parsed(__doc__, number="restarts")
SHORT = OPTIONS.short
RESTARTS = OPTIONS.number or (1 if SHORT else 50)
CALLERS = {"rpc": 2, "http": 2} if SHORT else {"rpc": 8, "http": 8}
# Calls of one RPC connection under way at once.
IN_FLIGHT = 8
LOAD = 0.8
# Restarts of the three during which the capacity is measured, before and after.
CAPACITY_RESTARTS = 1 if SHORT else 4
OPTIONS = ["--drain-delay", "1"]
BODY = json.dumps({
    "backend": "local", "model_name": MODEL, "local_model_path": "models",
    "preprocessor_path": "data", "sample": [{
        "person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
        "person_emp_length": 123, "loan_intent": "PERSONAL", "loan_grade": "D", "loan_amnt": 35000,
        "loan_int_rate": 16.02, "loan_percent_income": 0.59, "cb_person_default_on_file": "Y",
        "cb_person_cred_hist_length": 3}]}).encode()


class Tally:
    """What became of the calls, and when the next one is due."""

    def __init__(self):
        self.calls, self.failures, self.stopped, self.interval = 0, {}, False, 0.0
        self.late = 0.0

    def fail(self, what):
        self.failures[what] = self.failures.get(what, 0) + 1

    def at(self, rate):
        """From now on `rate` calls a second; None is as fast as possible."""
        self.next, self.interval = time.monotonic(), 1 / rate if rate else 0.0

    async def turn(self):
        """Waits until a call is due."""
        if self.interval:
            due = self.next
            self.next += self.interval
            now = time.monotonic()
            if due > now:
                await asyncio.sleep(due - now)
            else:
                self.late = max(self.late, now - due)


async def call_rpc(port, tally):
    caller = ldp.Caller(port)
    payload = ldp.predict()

    async def loop():
        while not tally.stopped:
            await tally.turn()
            try:
                status, _ = await caller.call(payload)
                if status.code != ldp.OK:
                    tally.fail(f"RPC status {status.code}")
            except ldp.Lost:
                tally.fail("RPC connection lost")
            tally.calls += 1
    await asyncio.gather(*(loop() for _ in range(IN_FLIGHT)))
    caller.close()
    return caller.repeated


async def call_http(port, tally):
    head = (f"POST /predict HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(BODY)}\r\n\r\n").encode()
    connection = None
    while not tally.stopped:
        await tally.turn()
        try:
            if connection is None:
                connection = await asyncio.open_connection("127.0.0.1", port)
            reader, writer = connection
            writer.write(head + BODY)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(answer.split(b"content-length: ")[1].split(b"\r\n")[0]))
            if b" 200 " not in answer.split(b"\r\n")[0]:
                tally.fail(answer.split(b"\r\n")[0].decode())
            if b"connection: close" in answer:
                writer.close()
                connection = None
        except (OSError, asyncio.IncompleteReadError) as error:
            tally.fail(f"HTTP {type(error).__name__}")
            connection = None
            await asyncio.sleep(0.01)
        tally.calls += 1
    if connection:
        connection[1].close()


class Fleet:
    """Three servers and the balancer before them."""

    def __init__(self, model):
        self.model = model
        self.balancer = subprocess.Popen([sys.executable, __file__.replace("drain", "balancer")],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.rpc, self.http = map(int, self.balancer.stdout.readline().split())
        self.servers = []

    async def begin(self):
        server = await asyncio.to_thread(
            Server, self.model, "--model", f"{MODEL}=models,data", *OPTIONS)
        self.servers.append(server)
        return server

    def report(self):
        self.balancer.stdin.write(json.dumps([
            {"rpc": server.rpc_port, "http": server.http_port, "metrics": server.metrics_port}
            for server in self.servers]) + "\n")
        self.balancer.stdin.flush()

    async def replace(self, index, exits):
        """Stops one server in order and puts another one in its place."""
        old = self.servers[index]
        start = time.monotonic()
        old.signal(signal.SIGTERM)
        ready = 200
        while ready == 200:
            ready, _ = await asyncio.to_thread(old.get, "/readyz", old.metrics_port)
        unready = time.monotonic() - start
        code = await asyncio.to_thread(old.process.wait)
        exits.append((code, time.monotonic() - start, unready))
        await self.begin()
        self.servers[index] = self.servers.pop()
        self.report()

    async def restart(self, times, tally, exits):
        """Restarts all, one after the other; returns the calls answered a second meanwhile."""
        start, before = time.monotonic(), tally.calls
        for _ in range(times):
            for index in range(len(self.servers)):
                await self.replace(index, exits)
        return (tally.calls - before) / (time.monotonic() - start)

    def end(self):
        for server in self.servers:
            server.kill()
        self.balancer.kill()


async def restarts(promises, model):
    fleet = Fleet(model)
    try:
        for _ in range(3):
            await fleet.begin()
        fleet.report()
        await asyncio.sleep(0.5)
        tally = Tally()
        tally.at(None)
        calls = [asyncio.create_task(call_rpc(fleet.rpc, tally)) for _ in range(CALLERS["rpc"])]
        calls += [asyncio.create_task(call_http(fleet.http, tally)) for _ in range(CALLERS["http"])]
        exits = []
        await asyncio.sleep(1)
        capacities = [await fleet.restart(CAPACITY_RESTARTS, tally, exits)]
        tally.at(LOAD * capacities[0])
        rate = await fleet.restart(RESTARTS, tally, exits)
        tally.at(None)
        capacities.append(await fleet.restart(CAPACITY_RESTARTS, tally, exits))
        tally.stopped = True
        await asyncio.gather(*calls)
    finally:
        fleet.end()
    failures = sum(tally.failures.values())
    promises.note("L02 rolling restarts of three servers", RESTARTS, "{:.0f}")
    promises.note("calls over RPC and HTTP", tally.calls, "{:.0f}")
    for when, capacity in zip(("before", "after"), capacities):
        promises.note(f"capacity during restarts, {when}, calls a second", capacity, "{:.0f}")
    load, least = 2 * rate / sum(capacities), 0.1 if SHORT else 0.95 * LOAD
    promises.check("L02 load, of the capacity during restarts", load, f">= {least:.2f}",
                   load >= least)
    promises.note("longest that a call was late, s", tally.late)
    promises.check("L02 failed calls", failures, "0", failures == 0, "{:.0f}")
    for what, count in sorted(tally.failures.items()):
        promises.note(f"  {what}", count, "{:.0f}")
    promises.check("L01 exit codes that are not 0", sum(code != 0 for code, *_ in exits), "0",
                   all(code == 0 for code, *_ in exits), "{:.0f}")
    longest = max(seconds for _, seconds, _ in exits)
    promises.check("L01 longest stop, s", longest, "<= 25", longest <= 25)
    unready = max(unready for *_, unready in exits)
    bound = 2 if SHORT else 0.1
    promises.check("L01 longest until not ready, s", unready, f"<= {bound}", unready <= bound)


def second_signal(promises, model):
    with Server(model, "--drain-delay", "600") as server:
        server.signal()
        time.sleep(0.5)
        start = time.monotonic()
        server.signal(signal.SIGINT)
        server.process.wait(30)
        seconds = time.monotonic() - start
        bound = 5 if SHORT else 1
        promises.check("L06 a second signal: seconds until it has ended", seconds, f"<= {bound}",
                       seconds <= bound)


promises = Promises("Drain")
model = Model(rows=4_000, rounds=50)
asyncio.run(restarts(promises, model))
second_signal(promises, model)
promises.finish()
