# SPDX-License-Identifier: Apache-2.0
"""Storage: transfers and signatures against `aws s3 cp`, and warm predictions from S3 against disk."""
import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

from measure import PROGRAM, RELEASE, ROOT, applications, row, run

AWS = pathlib.Path(sys.executable).parent / "aws"
RECORD = {
    "person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
    "person_emp_length": 123, "loan_intent": "PERSONAL", "loan_grade": "D", "loan_amnt": 35000,
    "loan_int_rate": 16.02, "loan_percent_income": 0.59, "cb_person_default_on_file": "Y",
    "cb_person_cred_hist_length": 3,
}


def transfers(folder, quick):
    """The rows of storage-bench, which starts its own server."""
    sizes = ["--megabytes", 100, "--rounds", 1] if quick else []
    report = folder / "storage.json"
    run([RELEASE / "storage-bench", "--json", report, "--python", sys.executable, "--aws", AWS,
         *sizes], cwd=ROOT)
    for found in json.loads(report.read_text()):
        yield row(found["name"], found["value"], found["unit"], found["baseline"],
                  found["baselineValue"], found["ratio"])


class Server:
    """`loan-default serve` with one model on disk and in S3."""

    def __init__(self, folder, environment):
        self.log = (folder / "serve.log").open("w+")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--storage-root", folder, "--http-port", "0", "--rpc-port", "0",
             "--metrics-port", "0", "--drain-delay", "0"], env=environment, stderr=self.log)
        while not (port := self.port()):
            if self.process.poll() is not None:
                sys.exit("serve has ended")
            time.sleep(0.05)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(port))

    def port(self):
        """The port of the JSON calls, once the log has it."""
        for line in pathlib.Path(self.log.name).read_text().splitlines():
            if '"message":"HTTP is listening"' in line:
                return re.search(r'"port":"(\d+)"', line).group(1)
        return None

    def predict(self, body):
        self.connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"/predict: {answer.status} {text}")
        return text

    def close(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()


def predictions(folder, quick):
    """A warm model from S3 costs no call to storage: as fast as one from disk."""
    source, _ = applications(folder)
    servers = subprocess.Popen([sys.executable, ROOT / "Tests/Python/s3_server.py"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    # Its first line of JSON; what a library prints before that is none.
    lines = iter(servers.stdout.readline, "")
    place = next(json.loads(line) for line in lines if line.startswith("{"))
    servers.stdin.write(f"upload loan-default data/raw.csv {source}\n")
    servers.stdin.flush()
    servers.stdout.readline()
    environment = {
        **os.environ, "AWS_ENDPOINT_URL": place["endpoint"], "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": place["key"], "AWS_SECRET_ACCESS_KEY": place["secret"],
        "OMP_WAIT_POLICY": "passive",
    }
    bucket = ["--backend", "s3", "--bucket", "loan-default"]
    for command in [
        ["data", "--local-path", source, "--target-path", folder / "data"],
        ["data", *bucket, "--key", "data/raw.csv"],
    ]:
        subprocess.run([PROGRAM, *command, "--seed", "1", "--size", "50000"], check=True,
                       env=environment, capture_output=True)
    for command in [
        ["train", "--local-data-path", folder / "data", "--local-model-path", folder / "models"],
        ["train", *bucket, "--data-key", "data", "--model-key", "models"],
    ]:
        subprocess.run([PROGRAM, *command, "--model-name", "m", "--rounds", "100"], check=True,
                       env=environment, capture_output=True)
    sample = {"model_name": "m", "sample": [RECORD]}
    bodies = [
        json.dumps({**sample, "backend": "s3", "bucket": "loan-default", "model_key": "models",
                    "data_key": "data"}),
        json.dumps({**sample, "backend": "local", "local_model_path": "models",
                    "preprocessor_path": "data"}),
    ]
    server = Server(folder, environment)
    if len({server.predict(body) for body in bodies}) != 1:
        sys.exit("the models differ")
    times = [[], []]
    for _ in range(500 if quick else 5000):
        for body, column in zip(bodies, times):
            start = time.perf_counter()
            server.predict(body)
            column.append(time.perf_counter() - start)
    server.close()
    servers.stdin.close()
    servers.wait()
    mine, theirs = [statistics.median(column) * 1e6 for column in times]
    yield row("/predict: one row, warm model, backend s3", mine, "us", "backend local", theirs,
              theirs / mine)


def bench_storage(folder, quick):
    yield from transfers(folder, quick)
    yield from predictions(folder, quick)
