# SPDX-License-Identifier: Apache-2.0
"""`/predict` over HTTP: calls and rows a second under wrk, against the original's steps in FastAPI."""
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

from measure import PROGRAM, ROOT, applications, row, run

RECORD = {
    "person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
    "person_emp_length": 123, "loan_intent": "PERSONAL", "loan_grade": "D", "loan_amnt": 35000,
    "loan_int_rate": 16.02, "loan_percent_income": 0.59, "cb_person_default_on_file": "Y",
    "cb_person_cred_hist_length": 3,
}


def body(count):
    records = [dict(RECORD, person_age=20 + index % 50, person_income=20_000 + index * 37 % 90_000)
               for index in range(count)]
    return json.dumps({"backend": "local", "model_name": "bench.model", "sample": records,
                       "local_model_path": "models", "preprocessor_path": "data"})


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Service:
    """A serving program on a free port, for a `with` statement."""

    def __init__(self, command, port):
        self.port = port
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_WAIT_POLICY": "passive"})

    def __enter__(self):
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ping").close()
                return self
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{self.process.args}: exit {self.process.returncode}")
                time.sleep(0.1)
        sys.exit(f"{self.process.args}: does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def post(self, text):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/predict", text.encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def load(self, folder, text, connections, seconds, processors="0-1"):
        """Calls a second by the clock, and by the second of the server's processors.

        `processors` are those that the client may use."""
        script = folder / "call.lua"
        script.write_text('wrk.method = "POST"\n'
                          'wrk.headers["Content-Type"] = "application/json"\n'
                          f"wrk.body = [==[{text}]==]\n")
        self.post(text)
        before = self.processor_seconds()
        _, output = run(["taskset", "-c", processors, "wrk", "-t1", f"-c{connections}",
                         f"-d{seconds}s", "--latency",
                         "--timeout", "30s", "-s", script,
                         f"http://127.0.0.1:{self.port}/predict"])
        spent = self.processor_seconds() - before
        output = output.decode()
        if "Non-2xx" in output or "Socket errors" in output:
            sys.exit(f"calls failed:\n{output}")
        calls = int(re.search(r"(\d+) requests in", output).group(1))
        return float(re.search(r"Requests/sec: +([\d.]+)", output).group(1)), calls / spent


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
    port = free_port()
    serve = [PROGRAM, "serve", "--storage-root", folder, "--http-port", port, "--rpc-port", 0,
             "--metrics-port", 0, "--log-level", "warning"]
    with Service(serve, port) as service:
        one, one_per_core = service.load(folder, body(1), 32, seconds)
        # More such bodies at once than are scored in a few milliseconds are refused.
        many, many_per_core = service.load(folder, body(1000), 8, seconds)
    with Service(["taskset", "-c", "0", *serve], port) as service:
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
