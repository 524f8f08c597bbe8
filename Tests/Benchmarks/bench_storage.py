# SPDX-License-Identifier: Apache-2.0
"""Storage: transfers and signatures against `aws s3 cp`, and warm predictions from S3 against disk."""
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from measure import PROGRAM, RELEASE, ROOT, applications, row, run
from service import RECORD, Service

AWS = pathlib.Path(sys.executable).parent / "aws"

def transfers(folder, quick):
    """The rows of storage-bench, which starts its own server."""
    sizes = ["--megabytes", 100, "--rounds", 1] if quick else []
    report = folder / "storage.json"
    run([RELEASE / "storage-bench", "--json", report, "--python", sys.executable, "--aws", AWS,
         *sizes], cwd=ROOT)
    return json.loads(report.read_text())


class Connection:
    """Calls of `/predict` on one connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def predict(self, body):
        self.connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"/predict: {answer.status} {text}")
        return text


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
    times = [[], []]
    with Service.loan_default(folder, environment=environment) as service:
        connection = Connection(service.port)
        if len({connection.predict(body) for body in bodies}) != 1:
            sys.exit("the models differ")
        for _ in range(500 if quick else 5000):
            for body, column in zip(bodies, times):
                start = time.perf_counter()
                connection.predict(body)
                column.append(time.perf_counter() - start)
    servers.stdin.close()
    servers.wait()
    mine, theirs = [statistics.median(column) * 1e6 for column in times]
    yield row("/predict: one row, warm model, backend s3", mine, "us", "backend local", theirs,
              theirs / mine)


def bench_storage(folder, quick):
    yield from transfers(folder, quick)
    yield from predictions(folder, quick)
