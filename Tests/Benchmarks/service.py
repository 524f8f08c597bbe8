# SPDX-License-Identifier: Apache-2.0
"""A serving program under a bench, and the application that benches score."""
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

from measure import PROGRAM, run

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Python"))
from ports import free_port

RECORD = {
    "person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
    "person_emp_length": 123, "loan_intent": "PERSONAL", "loan_grade": "D", "loan_amnt": 35000,
    "loan_int_rate": 16.02, "loan_percent_income": 0.59, "cb_person_default_on_file": "Y",
    "cb_person_cred_hist_length": 3,
}


class Service:
    """A serving program on a port, for a `with` statement that begins once it answers."""

    def __init__(self, command, port, environment=os.environ):
        self.port = port
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**environment, "OMP_WAIT_POLICY": "passive"})

    @classmethod
    def loan_default(cls, folder, *options, rpc_port=0, before=(), environment=os.environ):
        """`loan-default serve` over FOLDER. `before` are words before the command."""
        port = free_port()
        return cls([*before, PROGRAM, "serve", "--storage-root", folder, "--http-port", port,
                    "--rpc-port", rpc_port, "--metrics-port", 0, "--drain-delay", 0,
                    "--log-level", "error", *options], port, environment)

    def __enter__(self):
        return self.wait(
            lambda: urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ping").close())

    def wait(self, look):
        """Itself, once a look at it raises no OSError."""
        for _ in range(600):
            try:
                look()
                return self
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{self.process.args}: exit {self.process.returncode}")
                time.sleep(0.1)
        sys.exit(f"{self.process.args}: does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

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
        post(self.port, "/predict", text)
        before = self.processor_seconds()
        calls, rate = wrk(f"http://127.0.0.1:{self.port}/predict", script, connections, seconds,
                          ["taskset", "-c", processors])
        return rate, calls / (self.processor_seconds() - before)


def post(port, path, text):
    """The answer to a JSON body."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", text.encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def wrk(address, script, connections, seconds, before=()):
    """Calls, and calls a second, that wrk gets on one thread; all must succeed."""
    _, output = run([*before, "wrk", "--threads", 1, "--connections", connections, "--duration",
                     f"{seconds}s", "--timeout", "30s", "--script", script, address])
    output = output.decode()
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"calls failed:\n{output}")
    return (int(re.search(r"(\d+) requests in", output)[1]),
            float(re.search(r"Requests/sec: +([\d.]+)", output)[1]))
