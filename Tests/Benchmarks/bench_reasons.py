# SPDX-License-Identifier: Apache-2.0
"""Reasons over HTTP: what a call costs, against libxgboost's own contributions; and the p99 of
others' predictions while a client asks for reasons without pause."""
import contextlib
import json
import statistics
import subprocess
import time

from bench_http import body
from measure import PROGRAM, documented_model, row, run
from service import Service, post

# Calls a second, with four reasons each, that one core is to answer at least.
CALLS_MIN = 1_200
# Predictions of the others in a second: what a tenth of a core answers.
RATE = 2_000
# Rows of the calls that are made without pause, and how many of these are under way.
FLOODS = {1: 4, 4_096: 2}
SCRIPT = ('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
          'wrk.body = io.open("{}", "rb"):read("*a")\n')


def with_reasons(count):
    return json.dumps({**json.loads(body(count)), "reasons": 4})


def library_calls(model, matrix, seconds):
    """Contributions of one row at a time that libxgboost gives in a second, on one thread."""
    import numpy
    import xgboost
    booster = xgboost.Booster({"nthread": 1}, model_file=model)
    rows = numpy.load(matrix, mmap_mode="r")[:64].copy()
    one = [xgboost.DMatrix(row[None, :], feature_names=booster.feature_names) for row in rows]
    booster.predict(one[0], pred_contribs=True)
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        booster.predict(one[count % len(one)], pred_contribs=True)
        count += 1
    return count / (time.perf_counter() - start)


@contextlib.contextmanager
def asking(service, folder, rows):
    """A client that asks for reasons of some rows without pause."""
    text, script = folder / "reasons.json", folder / "reasons.lua"
    text.write_text(with_reasons(rows))
    script.write_text(SCRIPT.format(text))
    client = subprocess.Popen(
        ["taskset", "-c", "1", "wrk", "--threads", "1", "--connections", str(FLOODS[rows]),
         "--duration", "600s", "--timeout", "30s", "--script", script,
         f"http://127.0.0.1:{service.port}/predict"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.3)
        yield
    finally:
        client.kill()
        client.wait()


def p99_milliseconds(service, folder, seconds):
    """The p99 of predictions of one record, with the client on a core of its own."""
    report = folder / "load.json"
    run(["taskset", "-c", "1", PROGRAM, "load", "--target", "http", "--http-port", service.port,
         "--rate", RATE, "--arrivals", "poisson", "--connections", 16, "--duration", seconds,
         "--json", report, "--local-model-path", "models", "--preprocessor-path", "data",
         "--model-name", "bench.model"])
    return json.loads(report.read_text())["latency"]["p99"]


def p99_pairs(service, folder, rows, windows, seconds):
    """(p99 with the client, p99 without): medians of windows that take turns, since a virtual
    machine loses its processors for some milliseconds now and then."""
    pairs = []
    for _ in range(windows):
        with asking(service, folder, rows):
            with_client = p99_milliseconds(service, folder, seconds)
        time.sleep(0.2)
        pairs.append((with_client, p99_milliseconds(service, folder, seconds)))
    return [statistics.median(column) for column in zip(*pairs)]


def bench_reasons(folder, quick):
    rounds, kind = documented_model(folder, quick)
    seconds, windows = (1, 3) if quick else (4, 11)
    theirs = library_calls(folder / "models/bench.model.json", folder / "data/Xtest.npy", seconds)
    with Service.loan_default(folder, before=["taskset", "-c", "0"]) as service:
        # The tables are made by the first call.
        post(service.port, "/predict", with_reasons(1))
        plain = service.load(folder, body(1), 8, seconds, "1")[1]
        calls = service.load(folder, with_reasons(1), 4, seconds, "1")[1]
        pairs = {rows: p99_pairs(service, folder, rows, windows, 1.5) for rows in FLOODS}
    name = f"/predict with 4 reasons, 1 record, {rounds} trees, {kind}"
    yield row(f"{name}: per core", calls, "calls/s", "libxgboost pred_contribs, no HTTP", theirs,
              calls / theirs)
    yield row(f"{name}: per core against the bound", calls, "calls/s", f"{CALLS_MIN:,} calls/s",
              CALLS_MIN, calls / CALLS_MIN)
    yield row(f"{name}: per core against none", calls, "calls/s", "the same without reasons", plain,
              calls / plain)
    for rows, (disturbed, alone) in pairs.items():
        yield row(f"p99 of 1 record during reasons of {rows:,} rows without pause", disturbed,
                  "ms", "the same without that client", alone, alone / disturbed)
