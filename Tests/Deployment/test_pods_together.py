# SPDX-License-Identifier: Apache-2.0
"""Two servers after each other's calls, as behind a load balancer: over one store of S3's kind, and
over one folder. What one is asked, both know."""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest

import object_store

pytestmark = pytest.mark.skipif(
    "PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`"
)
PROGRAM = os.path.abspath(os.environ.get("PROGRAM", ""))
BUCKET = "loan-default"
# Looks at the list of names come this often; a busy machine is given its time.
INTERVAL, PATIENCE = "0.5", 120
OWNER, OTHER = "o" * 40, "t" * 40


class Fleet:
    """How servers are started, and how requests name what lies in their storage."""

    def __init__(self, kind, folder, variables):
        self.kind, self.folder, self.variables = kind, folder, variables
        self.root = folder / "storage"
        self.arguments = []
        if kind == "s3":
            self.arguments = ["--shared-folder", f"s3://{BUCKET}/model"]
            self.data = {"backend": "s3", "bucket": BUCKET, "target_path": "None",
                         "key": "data/credit_risk_dataset.csv", "local_path": "None"}
            self.train = {"backend": "s3", "bucket": BUCKET, "data_key": "data",
                          "model_key": "model", "local_data_path": "None",
                          "local_model_path": "None"}
            self.model = {"backend": "s3", "bucket": BUCKET, "model_key": "model",
                          "data_key": "data"}
        else:
            self.data = {"backend": "local", "local_path": "data/credit_risk_dataset.csv",
                         "target_path": "data"}
            self.train = {"backend": "local", "local_data_path": "data",
                          "local_model_path": "model"}
            self.model = {"backend": "local", "local_model_path": "model",
                          "preprocessor_path": "data"}


@pytest.fixture(params=["s3", "local"])
def fleet(request, tmp_path):
    root = tmp_path / "storage"
    (root / "data").mkdir(parents=True)
    table = root / "data/credit_risk_dataset.csv"
    subprocess.run(
        [PROGRAM, "sample-data", "--rows", "2000", "--output", table], check=True,
        capture_output=True,
    )
    if request.param == "local":
        yield Fleet("local", tmp_path, {})
    else:
        key = "data/credit_risk_dataset.csv"
        with object_store.holding(table, BUCKET, key) as variables:
            yield Fleet("s3", tmp_path, {**variables, "AWS_REGION": "us-east-1"})


class Pod:
    def __init__(self, fleet, name, *more):
        self.log = fleet.folder / f"{name}.log"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [
                    PROGRAM, "serve", "--storage-root", fleet.root, "--http-port", "0",
                    "--rpc-port", "0", "--metrics-port", "0", "--drain-delay", "0",
                    "--revalidation-seconds", INTERVAL, *fleet.arguments, *more,
                ],
                stderr=output,
                env={
                    **object_store.outside(), "AWS_EC2_METADATA_DISABLED": "true",
                    **fleet.variables,
                },
            )
        end = time.monotonic() + PATIENCE
        while '"message":"HTTP is listening"' not in self.log.read_text():
            assert time.monotonic() < end and self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        line = next(
            line for line in self.log.read_text().splitlines() if '"HTTP is listening"' in line
        )
        self.address = f"http://127.0.0.1:{json.loads(line)['port']}"

    def call(self, method, path, body=None, token=None, **fields):
        headers = {"Content-Type": "application/json", **fields}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(
            self.address + path, method=method, headers=headers,
            data=None if body is None else json.dumps(body).encode(),
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    def status(self, method, path, body=None, token=None):
        return self.call(method, path, body, token)[0]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            assert self.process.wait(timeout=60) == 0, self.log.read_text()


@contextlib.contextmanager
def pods(fleet, *more):
    running = [Pod(fleet, "first", *more), Pod(fleet, "second", *more)]
    try:
        yield running
    finally:
        for pod in running:
            pod.stop()


def eventually(condition, *what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def prepared(pod, fleet):
    code, _, text = pod.call("POST", "/data", {**fleet.data, "size": 2000, "seed": 1})
    assert code == 200, text


def train(pod, fleet, name, rounds=3):
    body = {**fleet.train, "model_name": name, "parameters": {"rounds": rounds, "max_depth": 2}}
    code, _, text = pod.call("POST", "/train", body)
    assert code == 200 and "warnings" not in text, text


def test_a_name_is_known_to_both_at_once_and_its_end_after_a_while(fleet):
    with pods(fleet) as (first, second):
        prepared(first, fleet)
        train(first, fleet, "model.joblib")
        for path in ["/v2/models/model.joblib/ready", "/v2/models/model.joblib",
                     "/v1/models/model.joblib", "/models/model.joblib"]:
            answers = [pod.call("GET", path)[::2] for pod in (second, first)]
            assert answers[0] == answers[1] and answers[0][0] == 200, (path, answers)
        versions = [pod.call("GET", "/models/model.joblib/versions")[2] for pod in (first, second)]
        assert versions[0] == versions[1]

        # Another name for a model of its own, given to the second server.
        train(second, fleet, "other")
        assert first.status("GET", "/v2/models/other/ready") == 200
        assert second.status("POST", "/v2/repository/models/other/unload", {}) == 200
        eventually(lambda: first.status("GET", "/v2/models/other/ready") == 404)
        code, _, text = first.call(
            "POST", "/v2/repository/models/other/load", {"parameters": fleet.model}
        )
        assert code == 200 and "warnings" not in text, text
        eventually(lambda: second.status("GET", "/v2/models/other/ready") == 200)

        # The lists agree without a question for a name.
        def lists():
            return [pod.call("GET", path)[2] for path in ("/v1/models", "/models")
                    for pod in (first, second)]
        eventually(lambda: lists()[0] == lists()[1] and lists()[2] == lists()[3], lists)
        assert json.loads(first.call("GET", "/v1/models")[2]) == {
            "models": ["model.joblib", "other"]
        }
        assert {pod.status("GET", "/v2/models/absent/ready") for pod in (first, second)} == {404}

        # A server that starts later knows the names as well, also while it loads their models.
        third = Pod(fleet, "third")
        try:
            assert third.status("GET", "/v2/models/other/ready") in (200, 503)
            eventually(lambda: third.status("GET", "/v2/models/other/ready") == 200)
        finally:
            third.stop()


def test_a_job_is_answered_for_by_both(fleet):
    with pods(fleet) as (first, second):
        body = {**fleet.data, "size": 4000000, "seed": 2}
        code, headers, text = first.call("POST", "/data", body, Prefer="respond-async")
        assert code == 202, text
        job = headers.get("Location") or headers["location"]
        code, _, text = second.call("GET", job)
        assert code == 200 and json.loads(text)["status"] == "running", text
        assert set(json.loads(text)) == set(json.loads(first.call("GET", job)[2]))
        listed = [json.loads(pod.call("GET", "/jobs")[2])["jobs"] for pod in (first, second)]
        assert [[entry["id"] for entry in jobs] for jobs in listed] == [[job.split("/")[2]]] * 2
        assert second.status("DELETE", job) == 202
        code, headers, events = second.call("GET", job + "/events")
        assert code == 200 and "event: done" in events and '"status":"cancelled"' in events
        answers = [pod.call("GET", job) for pod in (first, second)]
        assert answers[0][2] == answers[1][2]
        assert [pod.status("DELETE", job) for pod in (first, second)] == [200, 200]

        # A result is the same from both.
        prepared(first, fleet)
        listed = [json.loads(pod.call("GET", "/jobs")[2])["jobs"] for pod in (first, second)]
        done = "/jobs/" + listed[0][0]["id"]
        eventually(lambda: second.call("GET", done)[2] == first.call("GET", done)[2], done)
        assert "Data successfully processed" in second.call("GET", done)[2]

        # Who stops in order leaves the last word of its jobs.
        code, headers, text = first.call("POST", "/data", body, Prefer="respond-async")
        assert code == 202, text
        job = headers.get("Location") or headers["location"]
        first.stop()
        status = json.loads(second.call("GET", job)[2])["status"]
        assert status in ("cancelled", "failed")


def test_a_job_of_a_server_that_is_killed_does_not_run_for_ever(fleet):
    with pods(fleet) as (first, second):
        body = {**fleet.data, "size": 4000000, "seed": 2}
        code, headers, text = first.call("POST", "/data", body, Prefer="respond-async")
        assert code == 202, text
        job = headers.get("Location") or headers["location"]
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(timeout=60)
        assert json.loads(second.call("GET", job)[2])["status"] == "running"
        eventually(lambda: json.loads(second.call("GET", job)[2])["status"] == "failed")
        assert "the server that ran this job stopped" in second.call("GET", job)[2]


def test_a_job_belongs_to_its_token_on_both(fleet):
    tokens = fleet.folder / "tokens"
    tokens.write_text(f"predict,write {OWNER}\npredict,write {OTHER}\n")
    with pods(fleet, "--token-file", tokens) as (first, second):
        body = {**fleet.data, "size": 4000000, "seed": 2}
        code, headers, text = first.call(
            "POST", "/data", body, OWNER, Prefer="respond-async"
        )
        assert code == 202, text
        job = headers.get("Location") or headers["location"]
        for pod in (first, second):
            assert pod.status("GET", job, token=OWNER) == 200
            assert pod.status("GET", job, token=OTHER) == 404
            assert pod.status("GET", job + "/events", token=OTHER) == 404
            assert pod.status("DELETE", job, token=OTHER) == 404
            assert pod.call("GET", "/jobs", token=OTHER)[2] == '{"jobs":[]}'
        assert second.status("DELETE", job, token=OWNER) == 202
        eventually(
            lambda: json.loads(first.call("GET", job, token=OWNER)[2])["status"] == "cancelled"
        )
    kept = [path for path in fleet.root.rglob("*") if path.is_file()]
    assert not any(OWNER.encode() in path.read_bytes() for path in kept)
