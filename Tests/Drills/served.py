# SPDX-License-Identifier: Apache-2.0
"""`loan-default` as a program, for the tests of how it is operated: a model, servers, load."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

PROGRAM = os.environ.get("PROGRAM", ".build/release/loan-default")
MODEL = "model.joblib"
# Processors for a server and for its clients, where there are two: a busy client must not look like
# a slow server.
_processors = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = map(str, _processors[:2]) if len(_processors) > 1 else (None, None)


def run(*arguments):
    """Runs a command of the program; its failure is ours."""
    outcome = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env=environment())
    if outcome.returncode != 0:
        raise SystemExit(f"loan-default {' '.join(arguments)}: {outcome.stderr}")
    return outcome.stdout


def environment():
    return {**os.environ, "OMP_WAIT_POLICY": "passive", "AWS_EC2_METADATA_DISABLED": "true"}


class Model:
    """A storage root with prepared data (`data`) and a trained model (`models`). The data are
    made from `table`, or from generated applications without one."""

    def __init__(self, rows, rounds, seed=1, depth=None, table=None):
        self.folder = tempfile.TemporaryDirectory(prefix="loan-default-operations-")
        self.root = self.folder.name
        self.depth = depth
        if not table:
            table = f"{self.root}/applications.csv"
            run("sample-data", "--rows", str(min(rows, 20_000)), "--output", table)
        run("data", "--local-path", table, "--target-path", f"{self.root}/data",
            "--size", str(rows), "--seed", str(seed))
        self.train(rounds)

    def train(self, rounds):
        depth = ["--max-depth", str(self.depth)] if self.depth else []
        run("train", "--local-data-path", f"{self.root}/data", "--local-model-path",
            f"{self.root}/models", "--model-name", MODEL, "--rounds", str(rounds), *depth)


class Server:
    """A running `loan-default serve` over a model's storage root, on free ports."""

    def __init__(self, model, *options, cores=None, group=None, preload=None, wait=True):
        self.log = tempfile.NamedTemporaryFile(prefix="loan-default-log-", mode="r")
        pinned = ["taskset", "-c", cores] if cores else []
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [*pinned, PROGRAM, "serve", "--storage-root", model.root, "--http-port", "0",
             "--rpc-port", "0", "--metrics-port", "0", *options],
            stderr=open(self.log.name, "w"), env={**environment(), **(preload or {})},
            preexec_fn=group.join if group else None)
        if wait:
            try:
                self.ready()
            except BaseException:
                self.kill()
                raise

    @property
    def pid(self):
        return self.process.pid

    def port(self, message, timeout=30):
        """The port that a line of the log names."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            for line in open(self.log.name):
                if f'"message":"{message}"' in line:
                    return int(re.search(r'"port":"(\d+)"', line).group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        raise SystemExit(f"the server does not say: {message}\n{open(self.log.name).read()[-2000:]}")

    def ready(self, timeout=30):
        """Waits until it is ready; returns the seconds since its start."""
        self.metrics_port = self.port("health and metrics are listening")
        end = time.monotonic() + timeout
        while self.get("/readyz", self.metrics_port)[0] != 200:
            if time.monotonic() > end:
                raise SystemExit(f"not ready: {self.get('/readyz', self.metrics_port)}")
            time.sleep(0.002)
        seconds = time.monotonic() - self.started
        self.http_port = self.port("HTTP is listening")
        self.rpc_port = self.port("RPC is listening")
        return seconds

    def get(self, path, port=None, body=None, timeout=60):
        """Status and text of an answer; status 0 without one."""
        request = urllib.request.Request(f"http://127.0.0.1:{port or self.http_port}{path}",
                                         data=body, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)

    def metric(self, name):
        """A sample of /metrics, by its whole name with labels; None when there is none."""
        for line in self.get("/metrics", self.metrics_port)[1].splitlines():
            if line.startswith(name + " "):
                return float(line.rsplit(" ", 1)[1])
        return None

    def status(self):
        """Memory in KiB, threads and descriptors, as the kernel reports them."""
        text = open(f"/proc/{self.pid}/status").read()
        number = lambda key: int(re.search(rf"^{key}:\s+(\d+)", text, re.M).group(1))
        return {"rss": number("VmRSS"), "threads": number("Threads"),
                "descriptors": len(os.listdir(f"/proc/{self.pid}/fd"))}

    def cpu_seconds(self):
        """Processor time of all its threads so far, to the nanosecond."""
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def stop(self, timeout=60):
        """Ends it in order; returns the exit code."""
        if self.process.poll() is None:
            self.signal()
        return self.process.wait(timeout)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


def load(server, *options, seconds, cores=None, warm_up=0.5, expects_errors=True):
    """Runs `loan-default load` and returns its report."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        pinned = ["taskset", "-c", cores] if cores else []
        outcome = subprocess.run(
            [*pinned, PROGRAM, "load", "--rpc-port", str(server.rpc_port), "--http-port",
             str(server.http_port), "--local-model-path", "models", "--preprocessor-path", "data",
             "--model-name", MODEL, "--duration", str(seconds), "--warm-up", str(warm_up), "--json",
             report.name, *options],
            capture_output=True, text=True, env=environment())
        text = open(report.name).read()
        if not text or (outcome.returncode != 0 and not expects_errors):
            raise SystemExit(f"load {' '.join(options)}: {outcome.stderr}\n{outcome.stdout}")
        return json.loads(text)


def windows(count, server, *options, **keywords):
    """Reports of `count` short runs: a machine that loses its processors for a moment spoils one of
    them, not the median."""
    return [load(server, *options, **keywords) for _ in range(count)]


def median(reports, *keys):
    """The median of one figure of reports: median(reports, "latency", "p99")."""
    def figure(report):
        for key in keys:
            report = report[key]
        return report
    return statistics.median(figure(report) for report in reports)


class Pings:
    """Probes of `/ping` while a block runs, each over a connection of its own, as Kubernetes makes
    them. Seconds from before the connection to the end of the answer."""

    def __init__(self, server, interval=0.01):
        self.port, self.interval = server.http_port, interval
        self.seconds, self.failed, self.stopped = [], 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def run(self):
        request = b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        while not self.stopped.wait(self.interval):
            start, answer = time.monotonic(), b""
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
                    connection.sendall(request)
                    while part := connection.recv(4096):
                        answer += part
            self.seconds.append(time.monotonic() - start)
            self.failed += b" 200 " not in answer.split(b"\r\n")[0]

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    def p99(self, windows=5):
        """Milliseconds: the median of the 99th percentiles of `windows` parts of the time."""
        length = max(2, len(self.seconds) // windows)
        parts = [self.seconds[at:at + length] for at in range(0, len(self.seconds), length)]
        return 1000 * statistics.median(
            statistics.quantiles(part, n=100)[98] for part in parts if len(part) > length // 2)


class Peak:
    """The highest memory of a server while a block runs, in KiB, and its longest queue."""

    def __init__(self, server):
        self.server, self.value, self.queue, self.stopped = server, 0, 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()
        return self

    def watch(self):
        while not self.stopped.wait(0.1):
            self.value = max(self.value, self.server.status()["rss"])
            queue = self.server.metric("nv_inference_pending_request_count")
            self.queue = max(self.queue, queue or 0)

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()


class Promises:
    """Rows of a table: what was measured, what must be, and whether it is."""

    def __init__(self, title):
        self.title, self.rows, self.values = title, [], []

    def check(self, what, got, must, holds, figure="{:.3g}"):
        self.rows.append((what, figure.format(got) if got is not None else "-", must, bool(holds)))
        self.values.append(got)

    def note(self, what, got, figure="{:.3g}"):
        self.rows.append((what, figure.format(got), "", None))
        self.values.append(got)

    def json(self):
        """The rows as JSON."""
        return json.dumps({"title": self.title, "rows": [
            {"what": what, "got": value, "must": must, "holds": holds}
            for (what, _, must, holds), value in zip(self.rows, self.values)]})

    def finish(self, prints_json=False):
        """Prints the table, and the same as JSON where that is asked for; ends the program with 1
        when a promise does not hold."""
        words = {True: "yes", False: "NO", None: ""}
        table = [("what", "got", "must", "holds")]
        table += [(what, got, must, words[holds]) for what, got, must, holds in self.rows]
        widths = [max(len(row[i]) for row in table) for i in range(4)]
        print(f"\n{self.title} (client and server share {os.cpu_count()} processors)")
        for row in table:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if prints_json:
            print(self.json())
        sys.exit(any(holds is False for *_, holds in self.rows))
