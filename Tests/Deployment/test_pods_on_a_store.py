# SPDX-License-Identifier: Apache-2.0
"""The program as the manifests start it, against a store of S3's kind: the Job of the training
overlay, then a serving pod that waits for what the Job makes."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request

import pytest

import object_store
from manifests import KUSTOMIZATIONS, containers, pod_specs, rendered

pytestmark = pytest.mark.skipif(
    "PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`"
)
PROGRAM = os.path.abspath(os.environ.get("PROGRAM", ""))
BUCKET, KEY = "loan-default-bucket", "loan-default/data/credit_risk_dataset.csv"


@pytest.fixture
def store(tmp_path):
    """Variables that lead to a store with a table of applications."""
    table = tmp_path / "table.csv"
    subprocess.run(
        [PROGRAM, "sample-data", "--rows", "2000", "--output", table], check=True,
        capture_output=True,
    )
    with object_store.holding(table, BUCKET, KEY) as variables:
        yield variables


def environment(container, store, **more):
    """The variables of a container and of the store, and no others of ours."""
    given = {variable["name"]: variable["value"] for variable in container["env"]}
    return {**object_store.outside(), **given, **store, **more}


def run_job(store):
    _, spec = pod_specs(rendered(KUSTOMIZATIONS["training-job"]))[0]
    for container in containers(spec):
        # What is trained is small here; where it is read and written is the manifest's.
        arguments = [a for a in container["args"] if not a.startswith("--size=")]
        more = {"data": {"LOAN_DEFAULT_SIZE": "4000"}, "train": {"LOAN_DEFAULT_ROUNDS": "3"}}
        result = subprocess.run(
            [PROGRAM, *arguments], capture_output=True, text=True,
            env=environment(container, store, **more[arguments[0]]),
        )
        assert result.returncode == 0, result.stderr


def port(log, message):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for line in log.read_text().splitlines():
            if f'"message":"{message}"' in line:
                return json.loads(line)["port"]
        time.sleep(0.05)
    pytest.fail(f"the server does not say {message!r}: {log.read_text()}")


def status(address):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{address}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("name", ["base", "irsa"])
def test_a_pod_waits_for_the_model_of_the_job_and_serves_it_by_name(name, store, tmp_path):
    _, spec = pod_specs(rendered(KUSTOMIZATIONS[name]))[0]
    log = tmp_path / "log"
    with log.open("w") as output:
        pod = subprocess.Popen(
            [PROGRAM, *spec["containers"][0]["args"]], stderr=output,
            env=environment(
                spec["containers"][0], store, LOAN_DEFAULT_STORAGE_ROOT=str(tmp_path),
                LOAN_DEFAULT_HOST="127.0.0.1", LOAN_DEFAULT_HTTP_PORT="0",
                LOAN_DEFAULT_RPC_PORT="0", LOAN_DEFAULT_METRICS_PORT="0",
                LOAN_DEFAULT_DRAIN_DELAY="0",
            ),
        )
    try:
        health = port(log, "health and metrics are listening")
        http = port(log, "HTTP is listening")
        code, text = status(f"{health}/readyz")
        assert code == 503 and "model.joblib" in text
        assert status(f"{http}/v2/models/model.joblib/ready")[0] != 200
        run_job(store)
        end = time.monotonic() + 60
        while status(f"{health}/readyz")[0] != 200:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.2)
        assert status(f"{http}/v2/models/model.joblib/ready")[0] == 200
    finally:
        pod.terminate()
        assert pod.wait(timeout=30) == 0
