# SPDX-License-Identifier: Apache-2.0
"""What clients of gRPC that mean ill do to others: the p99 of a small call while streams take no
answers and during floods, against that without them.

What the host of a virtual machine takes of its processors is in the p99 of a window, and only ever
adds to it: so windows with and without an attack take turns, and first quartiles are compared."""
import json
import statistics
import subprocess
import sys
import time

from bench_protocols import FEATURES
from h2load import CLIENT, predict_request
from measure import PROGRAM, ROOT, row

sys.path.append(str(ROOT / "Tests/Drills"))
import grpc_attack  # noqa: E402
from attacker import Attack  # noqa: E402

STREAMS, STALLED_ROWS = 10, 2_000
# Connections of an attacking client in a second: each sends a whole flood.
FLOODS = 20
CALLS = 2_000
CORE = int(CLIENT[-1])


def p99(service, folder, seconds):
    """Milliseconds, of single predictions at a moderate rate; all of the time where one fails."""
    report = folder / "bystander.json"
    subprocess.run(
        [*CLIENT, PROGRAM, "load", "--target", "http", "--http-port", str(service.port), "--rate",
         str(CALLS), "--arrivals", "constant", "--connections", "8", "--duration", str(seconds),
         "--warm-up", "0.2", "--json", report, "--model-name", "bench.model",
         "--local-model-path", "models", "--preprocessor-path", "data"],
        capture_output=True, check=False)
    found = json.loads(report.read_text())
    failed = found["errors"] or found["sheds"] or not found["calls"]
    return 1000 * seconds if failed else found["latency"]["p99"]


def settle(service, most=20):
    """Waits until the server has nothing to do."""
    end = time.monotonic() + most
    before = service.processor_seconds()
    while time.monotonic() < end:
        time.sleep(0.3)
        now = service.processor_seconds()
        if now - before < 0.02:
            return
        before = now
    sys.exit("the server does not come to rest")


def measured(service, folder, what, attack, quick):
    """The row of one attack. `attack` makes one that has begun."""
    windows, seconds = (1, 1) if quick else (9, 1)
    calm, attacked = [], []
    for _ in range(windows):
        calm.append(p99(service, folder, seconds))
        with attack():
            attacked.append(p99(service, folder, seconds))
        settle(service)
    without, during = (statistics.quantiles(times, n=4)[0] if windows > 1 else times[0]
                       for times in (calm, attacked))
    return row(f"p99 of a small call, {what}", during, "ms", "without", without,
               without / during)


def bystanders(service, folder, matrix, quick):
    """A row for each attack."""
    batch = predict_request(b"bench.model", STALLED_ROWS, FEATURES,
                            matrix[:4 * FEATURES * STALLED_ROWS])

    class Stalled(Attack):
        def __enter__(self):
            super().__enter__()
            self.reach(STREAMS)
            settle(service)
            return self

    class Flood(Attack):
        def __enter__(self):
            super().__enter__()
            self.reach(1)
            return self

    stalling = grpc_attack.stalling(batch)
    yield measured(service, folder, f"{STREAMS} streams stall",
                   lambda: Stalled(stalling, service.port, STREAMS, CORE), quick)
    for name, kind in grpc_attack.FLOODS.items():
        act = grpc_attack.flooding(kind)
        yield measured(service, folder, f"flood of {name}",
                       lambda act=act: Flood(act, service.port, FLOODS, CORE), quick)
