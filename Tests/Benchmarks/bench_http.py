# SPDX-License-Identifier: Apache-2.0
"""`/predict` over HTTP: calls and rows a second under wrk, against the original's steps in FastAPI."""
import json
import statistics
import sys

from measure import PROGRAM, ROOT, applications, row, run
from service import RECORD, Service, free_port

def body(count):
    records = [dict(RECORD, person_age=20 + index % 50, person_income=20_000 + index * 37 % 90_000)
               for index in range(count)]
    return json.dumps({"backend": "local", "model_name": "bench.model", "sample": records,
                       "local_model_path": "models", "preprocessor_path": "data"})


def p99_milliseconds(service, folder, rate, windows):
    """The p99 of windows of 1.5 s, with the client on a core of its own: their first quartile.

    A virtual machine loses its processors for some milliseconds now and then: that is in the p99 of
    a window, only ever adds to it, and is of no service."""
    report = folder / "load.json"
    found = []
    for _ in range(windows):
        run(["taskset", "-c", "1", PROGRAM, "load", "--target", "http",
             "--http-port", service.port, "--rate", int(rate), "--arrivals", "poisson",
             "--connections", 32, "--duration", 1.5, "--json", report,
             "--local-model-path", "models", "--preprocessor-path", "data",
             "--model-name", "bench.model"])
        found.append(json.loads(report.read_text())["latency"]["p99"])
    return statistics.quantiles(found, n=4)[0]


def bench_http(folder, quick):
    source, kind = applications(folder)
    size, rounds, seconds = (20_000, 100, 2) if quick else (60_000, 500, 5)
    run([PROGRAM, "data", "--local-path", source, "--target-path", folder / "data",
         "--size", size, "--seed", 1])
    run([PROGRAM, "train", "--local-data-path", folder / "data", "--local-model-path",
         folder / "models", "--model-name", "bench.model", "--rounds", rounds])
    port = free_port()
    script = ROOT / "Tests/Benchmarks/original_predict_service.py"
    original = [sys.executable, script, source, folder / "models/bench.model.json", port]
    with Service(original, port) as service:
        theirs = {count: service.load(folder, body(count), 8, seconds)[0] for count in (1, 1000)}
    with Service.loan_default(folder) as service:
        one, one_per_core = service.load(folder, body(1), 32, seconds)
        # More such bodies at once than are scored in a few milliseconds are refused.
        many, many_per_core = service.load(folder, body(1000), 8, seconds)
    with Service.loan_default(folder, before=["taskset", "-c", "0"]) as service:
        peak = service.load(folder, body(1), 32, seconds, "1")[0]
        p99 = p99_milliseconds(service, folder, peak / 2, 3 if quick else 11)
    name, baseline = f"/predict, {rounds} trees, {kind}", "FastAPI, pandas, scikit-learn, xgboost"
    return [
        row(f"{name}: 1 record, 32 connections", one, "calls/s", baseline, theirs[1],
            one / theirs[1]),
        row(f"{name}: 1 record, per core", one_per_core, "calls/s", "20,000 calls/s", 20_000,
            one_per_core / 20_000),
        row(f"{name}: 1,000 records", 1000 * many, "rows/s", baseline, 1000 * theirs[1000],
            many / theirs[1000]),
        row(f"{name}: 1,000 records, per core", 1000 * many_per_core, "rows/s", "500,000 rows/s",
            500_000, many_per_core / 500),
        row(f"{name}: p99 of 1 record at half the peak of one core, {peak / 2:,.0f} calls/s", p99,
            "ms", "limit of 2 ms", 2, 2 / p99),
    ]
