# SPDX-License-Identifier: Apache-2.0
"""What a shadow of equal size costs: processor time of a call of `/predict`, and the p99 of the
champion, both at half the peak of one core, with the shadow and without in turn."""
import json
import statistics
import sys
import time
import urllib.request

from bench_http import body
from measure import PROGRAM, documented_model, row, run
from service import Service

PATH = "/models/bench.model/challenger"
# Rows that may be passed over: a core that is short of time must not make a shadow look cheap.
PASSED_OVER_MAX = 0.01


def ask(service, method, value=None):
    """The answer of the challenger's path."""
    text = None if value is None else json.dumps(value).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}{PATH}", text,
                                     {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def window(service, folder, rate, seconds):
    """(microseconds of the server's processor a call, p99 in milliseconds)."""
    report = folder / "load.json"
    before = service.processor_seconds()
    run(["taskset", "-c", "1", PROGRAM, "load", "--target", "http", "--http-port", service.port,
         "--rate", int(rate), "--arrivals", "poisson", "--connections", 32, "--duration", seconds,
         "--json", report, "--local-model-path", "models", "--preprocessor-path", "data",
         "--model-name", "bench.model"])
    # What waits is scored within milliseconds.
    time.sleep(0.05)
    spent = service.processor_seconds() - before
    return 1e6 * spent / (rate * seconds), json.loads(report.read_text())["latency"]["p99"]


def scored(service):
    """Rows that the shadow has scored; ends the run where it has not scored nearly all."""
    found = ask(service, "GET")["challenger"]
    rows, others = found["shadow"]["rows"], sum(found["passed_over"].values())
    if rows == 0 or others > PASSED_OVER_MAX * rows:
        sys.exit(f"the shadow has scored {rows} rows and passed over {found['passed_over']}")
    return rows


def bench_shadow(folder, quick):
    rounds, kind = documented_model(folder, quick)
    run([PROGRAM, "train", "--local-data-path", folder / "data", "--local-model-path",
         folder / "models", "--model-name", "next.model", "--rounds", rounds,
         "--learning-rate", 0.2])
    seconds, windows = (2, 3) if quick else (3, 11)
    found = {True: [], False: []}
    with Service.loan_default(folder, "--model", "bench.model=models,data",
                              before=["taskset", "-c", "0"]) as service:
        peak = service.load(folder, body(1), 32, seconds, "1")[0]
        for _ in range(windows):
            ask(service, "PUT", {"model": "next.model", "mode": "shadow"})
            found[True].append(window(service, folder, peak / 2, seconds))
            scored(service)
            ask(service, "DELETE")
            found[False].append(window(service, folder, peak / 2, seconds))
    (cost, p99), (plain_cost, plain_p99) = (
        # A virtual machine loses its processors now and then, which only ever adds.
        [statistics.quantiles(column, n=4)[0] for column in zip(*found[has_shadow])]
        for has_shadow in (True, False))
    name = f"/predict with a shadow of equal size, {rounds} trees, {kind}, {peak / 2:,.0f} calls/s"
    yield row(f"{name}: processor a call", cost, "us", "without", plain_cost, plain_cost / cost)
    yield row(f"{name}: p99", p99, "ms", "without", plain_p99, plain_p99 / p99)
