# SPDX-License-Identifier: Apache-2.0
"""The record of decisions under kills, full disks, slow disks and an absent S3: every decision that
was answered is on record where that is promised, and what is not is refused and said.

    record.py [--short] [--kills N] [PART ...]
"""

import asyncio
import contextlib
import http.client
import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

import ldp
from ldp import rpc
from options import parsed
from served import MODEL, PROGRAM, Model, Peak, Promises, Server, environment, load

PARTS = ["kills", "disk", "bound", "slow", "away", "memory"]
OPTIONS = parsed(__doc__, parts=PARTS, number="kills")
SHORT = OPTIONS.short
KILLS = OPTIONS.number or (6 if SHORT else 1_000)
PRELOAD = ["--model", f"{MODEL}=models,data", "--drain-delay", "0"]
RECORD = {
    "person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
    "person_emp_length": 3, "loan_intent": "PERSONAL", "loan_grade": "D", "loan_amnt": 35000,
    "loan_int_rate": 16.02, "loan_percent_income": 0.59, "cb_person_default_on_file": "Y",
    "cb_person_cred_hist_length": 3,
}


def body(rows=1):
    return json.dumps({"backend": "local", "local_model_path": "models",
                       "preprocessor_path": "data", "model_name": MODEL,
                       "sample": [RECORD] * rows}).encode()


def call_of(identity):
    """The payload of a prediction over the RPC with an id of its own."""
    payload = ldp.predict()
    size = struct.unpack(">H", payload[:2])[0]
    head = rpc.RequestHead.FromString(payload[2:2 + size])
    head.metadata_keys.append(b"x-request-id")
    head.metadata_values.append(identity.encode())
    encoded = head.SerializeToString()
    return struct.pack(">H", len(encoded)) + encoded + payload[2 + size:]


class Load:
    """Callers over HTTP and the RPC, with ids of their own; `answered` are those of 200 and OK."""

    def __init__(self, server, label, callers=3, rows=1, over_rpc=True):
        self.server, self.label, self.rows = server, label, rows
        self.answered, self.refused, self.other = [], 0, 0
        self.slowest, self.stopped = 0.0, threading.Event()
        self.threads = [threading.Thread(target=self.http, args=(n,), daemon=True)
                        for n in range(callers)]
        if over_rpc:
            self.threads.append(threading.Thread(target=self.run_rpc, daemon=True))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join(30)

    def http(self, caller):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=20)
        text, count = body(self.rows), 0
        while not self.stopped.is_set():
            identity = f"{self.label}-h{caller}-{count}"
            count += 1
            start = time.monotonic()
            try:
                connection.request("POST", "/predict", text, {
                    "Content-Type": "application/json", "X-Request-ID": identity})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                # A process that is killed ends a moment after its connections.
                time.sleep(0.2)
                if self.server.process.poll() is not None:
                    return
                self.other += 1
                connection.close()
                continue
            self.slowest = max(self.slowest, time.monotonic() - start)
            if answer.status == 200:
                self.answered.append(identity)
            elif answer.status == 503 and answer.getheader("Retry-After"):
                self.refused += 1
                time.sleep(0.005)
            else:
                self.other += 1

    def run_rpc(self):
        asyncio.run(self.rpc())

    async def rpc(self):
        count = 0
        with contextlib.suppress(ldp.Lost, OSError, ConnectionError, asyncio.TimeoutError):
            connection = await ldp.Connection.open(self.server.rpc_port)
            while not self.stopped.is_set():
                names = [f"{self.label}-r-{count + index}" for index in range(16)]
                count += 16
                calls = [connection.call(call_of(name)) for name in names]
                results = await asyncio.gather(*calls, return_exceptions=True)
                for name, result in zip(names, results):
                    if isinstance(result, (ldp.Lost, ldp.NotStarted)):
                        continue
                    if isinstance(result, BaseException):
                        self.other += 1
                    elif result[0].code == ldp.OK:
                        self.answered.append(name)
                    elif result[0].code == ldp.UNAVAILABLE:
                        self.refused += 1
                    else:
                        self.other += 1
                await asyncio.sleep(0.001)


def audit(*arguments, variables=None):
    """Exit code and standard output of `loan-default audit`."""
    outcome = subprocess.run([PROGRAM, "audit", *arguments], capture_output=True, text=True,
                             env={**environment(), **(variables or {})})
    return outcome.returncode, outcome.stdout, outcome.stderr


def recorded(place, variables=None):
    """How often each id is on record, by `audit export`."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        code, _, errors = audit("export", place, "--output", file.name, variables=variables)
        if code != 0:
            raise SystemExit(f"audit export: {errors}")
        counts = {}
        for line in open(file.name):
            identity = json.loads(line)["id"]
            counts[identity] = counts.get(identity, 0) + 1
        return counts


def is_sound(place, variables=None):
    code, text, errors = audit("verify", place, variables=variables)
    if code != 0:
        print(text, errors, file=sys.stderr)
    return code == 0


def options(folder, mode, *more):
    return [*PRELOAD, "--record", folder, "--record-mode", mode, *more]


def kills(promises, model):
    """kill -9 at a random moment under load, again and again over one record."""
    rng, answered, other = random.Random(25), [], 0
    with tempfile.TemporaryDirectory(prefix="loan-default-record-") as folder:
        place = f"{folder}/record"
        for round_ in range(KILLS):
            with Server(model, *options(place, "required"), wait=False) as server:
                server.ready()
                with Load(server, f"k{round_}") as callers:
                    time.sleep(rng.uniform(0.02, 0.4))
                    server.kill()
                answered += callers.answered
                other += callers.other
        # What the last one left in its ring is taken up by the next.
        with Server(model, *options(place, "required")) as server:
            server.stop()
        sound = is_sound(place)
        counts = recorded(place)
        missing = [identity for identity in answered if identity not in counts]
        twice = [identity for identity in answered if counts.get(identity, 0) > 1]
        promises.note("servers killed while they recorded", KILLS, "{:.0f}")
        promises.note("decisions that were answered", len(answered), "{:.0f}")
        promises.check("answered decisions that are not on record", len(missing), "0",
                       not missing and answered, "{:.0f}")
        promises.check("answered decisions that are there twice", len(twice), "0", not twice,
                       "{:.0f}")
        promises.check("the chain is whole after the kills", sound, "True", sound, "{}")
        promises.check("calls that ended otherwise", other, "0", other == 0, "{:.0f}")


@contextlib.contextmanager
def small_disk(mebibytes):
    """A file system of its own of that size; None where that is not allowed."""
    with tempfile.TemporaryDirectory(prefix="loan-default-disk-") as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", folder]
        mounted = subprocess.run(command, capture_output=True).returncode == 0
        try:
            yield folder if mounted else None
        finally:
            if mounted:
                subprocess.run(["umount", "--lazy", folder], check=True)


def fill(server, label, until, seconds=60, rows=2_000):
    """Load of large batches until something holds; the callers, and whether it did."""
    with Load(server, label, callers=2, rows=rows, over_rpc=False) as callers:
        end, holds = time.monotonic() + seconds, False
        while not holds and time.monotonic() < end:
            time.sleep(0.05)
            holds = until(callers)
    return callers, holds


def disk(promises, model):
    """The disk is full: required refuses and says so, best-effort answers and counts."""
    for mode in ["required", "best-effort"]:
        with small_disk(24) as folder:
            if folder is None:
                promises.note(f"a full disk, {mode}: no file system of its own is allowed here", 0)
                continue
            ballast = f"{folder}/ballast"
            with Server(model, *options(f"{folder}/record", mode, "--record-ring-bytes",
                                        str(4 << 20))) as server:
                before = server.status()["rss"]
                dropped = 'loan_default_record_dropped_total{reason="obstacle"}'
                full = 'loan_default_record_dropped_total{reason="full"}'

                def is_full(callers):
                    if mode == "required":
                        return callers.refused > 10
                    return (server.metric(dropped) or 0) + (server.metric(full) or 0) > 0
                with open(ballast, "wb") as file:
                    with contextlib.suppress(OSError):
                        while True:
                            file.write(bytes(1 << 20))
                            file.flush()
                callers, holds = fill(server, f"full-{mode}", is_full)
                promises.check(f"a full disk, {mode}: what does not fit is "
                               + ("refused" if mode == "required" else "counted"),
                               holds, "True", holds, "{}")
                wanted = 503 if mode == "required" else 200
                ready, end = None, time.monotonic() + 10
                while ready != wanted and time.monotonic() < end:
                    ready, _ = server.get("/readyz", server.metrics_port)
                    time.sleep(0.1)
                promises.check(f"a full disk, {mode}: readiness", ready, str(wanted),
                               ready == wanted, "{:.0f}")
                up = server.metric("loan_default_record_up")
                promises.check(f"a full disk, {mode}: the metric", up, "0", up == 0, "{:.0f}")
                growth = (server.status()["rss"] - before) / 1024
                promises.check(f"a full disk, {mode}: memory grows by, MiB", growth, "<= 64",
                               growth <= 64, "{:.1f}")
                os.remove(ballast)
                end = time.monotonic() + 20
                while server.metric("loan_default_record_up") != 1 and time.monotonic() < end:
                    time.sleep(0.1)
                status, _ = server.get("/predict", body=body())
                promises.check(f"a full disk, {mode}: it answers again once there is room", status,
                               "200", status == 200, "{:.0f}")
                server.stop()
            sound = is_sound(f"{folder}/record")
            promises.check(f"a full disk, {mode}: the chain is whole", sound, "True", sound, "{}")
            if mode == "required":
                counts = recorded(f"{folder}/record")
                missing = sum(identity not in counts for identity in callers.answered)
                promises.check("a full disk: answered decisions that are not on record", missing,
                               "0", missing == 0, "{:.0f}")


def bound(promises, model):
    """The folder is at its bound of bytes."""
    size = (1 << 20) + (128 << 20) + (1 << 20)
    with tempfile.TemporaryDirectory(prefix="loan-default-record-") as folder:
        with Server(model, *options(f"{folder}/record", "required", "--record-ring-bytes",
                                    str(1 << 20), "--record-disk-bytes", str(size))) as server:
            callers, holds = fill(server, "bound", lambda callers: callers.refused > 10,
                                  seconds=120, rows=10_000)
            taken = sum(os.path.getsize(os.path.join(where, name))
                        for where, _, names in os.walk(folder) for name in names)
            promises.check("the bound of the disk: it refuses", holds, "True", holds, "{}")
            promises.check("the bound of the disk: the folder takes, of the bound", taken / size,
                           "<= 1", taken <= size, "{:.3f}")
            promises.check("the bound of the disk: calls that ended otherwise", callers.other, "0",
                           callers.other == 0, "{:.0f}")


def slow(promises, model):
    """Each sync of the disk takes long: durable waits for it, required does not."""
    delay = 100
    with tempfile.TemporaryDirectory() as folder:
        library = f"{folder}/slow_sync.so"
        source = os.path.join(os.path.dirname(__file__), "slow_sync.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
        variables = {"LD_PRELOAD": library, "SLOW_SYNC_MS": str(delay)}
        for mode in ["required", "durable"]:
            place = f"{folder}/{mode}"
            with Server(model, *options(place, mode), preload=variables) as server:
                times = []
                for _ in range(20):
                    start = time.monotonic()
                    status, _ = server.get("/predict", body=body())
                    times.append(time.monotonic() - start)
                    assert status == 200, status
                median = sorted(times)[len(times) // 2] * 1000
                # A busy machine takes its time, too, but not as long as the disk.
                must = f">= {delay}" if mode == "durable" else f"< {delay / 2:.0f}"
                holds = median >= delay if mode == "durable" else median < delay / 2
                promises.check(f"syncs of {delay} ms, {mode}: a call, ms", median, must, holds,
                               "{:.1f}")
                with Load(server, f"slow-{mode}", callers=4) as callers:
                    time.sleep(1 if SHORT else 5)
                promises.check(f"syncs of {delay} ms, {mode}: calls that ended otherwise",
                               callers.other + callers.refused, "0",
                               callers.other + callers.refused == 0, "{:.0f}")
                server.kill()
            with Server(model, *options(place, mode)) as server:
                server.stop()
            counts = recorded(place)
            missing = sum(identity not in counts for identity in callers.answered)
            promises.note(f"syncs of {delay} ms, {mode}: calls that were answered",
                          len(callers.answered), "{:.0f}")
            promises.check(f"syncs of {delay} ms, {mode}: of them not on record", missing, "0",
                           missing == 0 and callers.answered, "{:.0f}")


@contextlib.contextmanager
def object_store():
    """The tests' S3: its process, and the variables that lead to it."""
    script = os.path.join(os.path.dirname(__file__), "../Python/s3_server.py")
    server = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        place = json.loads(server.stdout.readline())
        with tempfile.NamedTemporaryFile() as nothing:
            server.stdin.write(f"upload decisions nothing {nothing.name}\n")
            server.stdin.flush()
            server.stdout.readline()
        yield server, {"AWS_ENDPOINT_URL": place["endpoint"], "AWS_ACCESS_KEY_ID": place["key"],
                       "AWS_SECRET_ACCESS_KEY": place["secret"], "AWS_REGION": "us-east-1"}
    finally:
        server.send_signal(signal.SIGCONT)
        server.stdin.close()
        server.wait(timeout=30)


def away(promises, model):
    """S3 does not answer: decisions are recorded here, and reach it once it is back."""
    place = "s3://decisions/record"
    with object_store() as (store, variables), \
            tempfile.TemporaryDirectory(prefix="loan-default-record-") as folder:
        here = f"{folder}/record"
        chosen = options(here, "required", "--record-place", place)
        with Server(model, *chosen, preload=variables) as server:
            with Load(server, "before") as before:
                time.sleep(0.5)
            store.send_signal(signal.SIGSTOP)
            with Load(server, "away") as meanwhile:
                time.sleep(1 if SHORT else 600)
            status, _ = server.get("/readyz", server.metrics_port)
            promises.check("S3 away: readiness", status, "200", status == 200, "{:.0f}")
            refused = meanwhile.refused + meanwhile.other
            promises.check("S3 away: calls that were not answered", refused, "0", refused == 0,
                           "{:.0f}")
            # What is in no sealed segment is sealed by the next start.
            server.kill()
        with Server(model, *chosen, preload=variables) as server:
            end = time.monotonic() + 60
            while not server.metric("loan_default_record_uploads_waiting") \
                    and time.monotonic() < end:
                time.sleep(0.2)
            waiting = server.metric("loan_default_record_uploads_waiting")
            promises.check("S3 away: segments that wait", waiting, "> 0", waiting > 0, "{:.0f}")
            # A request that hangs is given up in the end; the short form does not wait for it.
            if not SHORT:
                while server.metric("loan_default_record_uploads_up") != 0 \
                        and time.monotonic() < end:
                    time.sleep(0.2)
                up = server.metric("loan_default_record_uploads_up")
                promises.check("S3 away: the metric", up, "0", up == 0, "{:.0f}")
            store.send_signal(signal.SIGCONT)
            end = time.monotonic() + 90
            while server.metric("loan_default_record_uploads_waiting") and time.monotonic() < end:
                time.sleep(0.2)
            waiting = server.metric("loan_default_record_uploads_waiting")
            promises.check("S3 back: what waits", waiting, "0", waiting == 0, "{:.0f}")
            server.stop()
        sound = is_sound(place, variables)
        promises.check("S3: the chain there is whole", sound, "True", sound, "{}")
        counts = recorded(place, variables)
        answered = before.answered + meanwhile.answered
        missing = sum(identity not in counts for identity in answered)
        promises.note("S3: decisions that were answered", len(answered), "{:.0f}")
        promises.check("S3: answered decisions that are not there", missing, "0",
                       missing == 0 and answered, "{:.0f}")
        # The chain goes on from the newest one.
        left = [name for _, _, names in os.walk(here) for name in names
                if name.endswith(".segment")]
        promises.check("S3: sealed segments that are left here", len(left), "<= 1",
                       len(left) <= 1, "{:.0f}")


def memory(promises, model):
    """A record takes no more memory the longer it is kept."""
    with tempfile.TemporaryDirectory(prefix="loan-default-record-") as folder:
        with Server(model, *options(f"{folder}/record", "required")) as server:
            load(server, "--connections", "4", "--in-flight", "32", seconds=1)
            first = server.status()["rss"]
            with Peak(server) as peak:
                load(server, "--connections", "4", "--in-flight", "32", seconds=2 if SHORT else 60)
            # The ring is a file that is mapped: its pages count once each.
            growth = (peak.value - first) / 1024
            promises.check("memory while it records grows by, MiB", growth, "<= 80", growth <= 80,
                           "{:.1f}")
            rows = server.metric("loan_default_record_rows_total")
            promises.note("decisions meanwhile", rows, "{:.0f}")
            dropped = server.metric('loan_default_record_refused_total{reason="full"}') or 0
            promises.check("calls refused for a full ring", dropped, "0", dropped == 0, "{:.0f}")


promises = Promises("The record of decisions")
model = Model(rows=4_000, rounds=40)
parts = {"kills": kills, "disk": disk, "bound": bound, "slow": slow, "away": away, "memory": memory}
for name in OPTIONS.parts:
    # The bound takes 128 MiB of decisions.
    if name == "bound" and SHORT:
        continue
    parts[name](promises, model)
promises.finish()
