# SPDX-License-Identifier: Apache-2.0
"""Models that were saved in Python, served as they are: by the option, by the folder, as KServe
starts the runtime, and as SageMaker starts a container. Each answer is Python's."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import numpy
import pandas
import pytest
import xgboost

from test_kserve import runtime

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Python"))
from ports import free_pair, free_port

pytestmark = pytest.mark.skipif(
    "PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`"
)
NAMES = ["income", "debt", "years"]
ROWS = numpy.random.default_rng(1).normal(size=(64, 3)).astype(numpy.float32)
ROWS[::7, 1] = numpy.nan


def trained(path, seed=1, objective="binary:logistic", **parameters):
    """Trains a model, saves it, and returns its predictions of ROWS."""
    random = numpy.random.default_rng(seed)
    table = random.normal(size=(400, 3)).astype(numpy.float32)
    classes = parameters.get("num_class", 2)
    labels = random.integers(0, classes, size=400) * (table[:, 0] > -0.5)
    matrix = xgboost.DMatrix(table, labels, feature_names=NAMES)
    parameters = {"objective": objective, "max_depth": 3, **parameters}
    booster = xgboost.train(parameters, matrix, 10)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}")
    booster.save_model(fresh.with_suffix(path.suffix))
    fresh.with_suffix(path.suffix).rename(path)
    return booster.inplace_predict(ROWS)


class Server:
    """The program with these arguments and variables, on a free port that these name."""

    def __init__(self, port, *arguments, variables=None):
        self.port = port
        self.log = tempfile.NamedTemporaryFile(prefix="loan-default-runtime-", mode="r")
        kept = {key: value for key, value in os.environ.items() if "SAGEMAKER" not in key}
        self.process = subprocess.Popen(
            [os.environ["PROGRAM"], "serve", *arguments],
            stderr=open(self.log.name, "w"),
            env={**kept, "AWS_EC2_METADATA_DISABLED": "true", **(variables or {})},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(timeout=60) == 0

    @property
    def lines(self):
        return [json.loads(line) for line in pathlib.Path(self.log.name).read_text().splitlines()]

    def call(self, path, body=None, **headers):
        """Status and text of an answer; status 0 without one."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def until(self, holds, what):
        """Waits until something holds; a busy machine may take its time."""
        end = time.monotonic() + 120
        while not holds():
            assert self.process.poll() is None, pathlib.Path(self.log.name).read_text()
            assert time.monotonic() < end, f"{what}\n{pathlib.Path(self.log.name).read_text()}"
            time.sleep(0.05)

    def pings(self):
        self.until(lambda: self.call("/ping")[0] == 200, "does not become ready")
        return self

    def probabilities(self, name):
        """By protocol v2, the prepared matrix."""
        values = [None if numpy.isnan(value) else float(value) for value in ROWS.ravel()]
        tensor = {"name": "input__0", "datatype": "FP32", "shape": [64, 3], "data": values}
        status, text = self.call(f"/v2/models/{name}/infer", {"inputs": [tensor]})
        assert status == 200, text
        (found,) = [o for o in json.loads(text)["outputs"] if o["datatype"] == "FP32"]
        return numpy.array(found["data"], dtype=numpy.float32)

    def answers(self, name, expected):
        """Whether a model answers with these probabilities; a model that is not there does not."""
        status, _ = self.call(f"/v2/models/{name}/ready")
        return status == 200 and (self.probabilities(name) == expected).all()

    def index(self):
        status, text = self.call("/v2/repository/index", {})
        assert status == 200, text
        return {entry["name"]: entry for entry in json.loads(text)}


def predict(*arguments):
    """A run of `predict`."""
    return subprocess.run(
        [os.environ["PROGRAM"], "predict", *arguments], capture_output=True, text=True, timeout=120
    )


def records(rows=ROWS):
    return [
        {name: None if numpy.isnan(value) else float(value) for name, value in zip(NAMES, row)}
        for row in rows
    ]


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def options(port, root):
    return [
        f"--http-port={port}", "--rpc-port=0", "--metrics-port=0", f"--storage-root={root}",
        "--drain-delay=0",
    ]


@pytest.mark.parametrize(
    "objective, header",
    [
        ("binary:logistic", "prediction,probability"),
        ("reg:squarederror", "prediction"),
        ("multi:softprob", "prediction,probability_0,probability_1,probability_2"),
        ("multi:softmax", "prediction"),
    ],
)
def test_a_file_scores_a_table(folder, objective, header):
    classes = {"num_class": 3} if objective.startswith("multi:") else {}
    expected = trained(folder / "model.json", objective=objective, **classes)
    lines = [
        ",".join("" if numpy.isnan(value) else repr(float(value)) for value in row)
        for row in ROWS
    ]
    (folder / "rows.csv").write_text("\n".join([",".join(NAMES), *lines]) + "\n")
    model, rows = folder / "model.json", folder / "rows.csv"
    run = predict("--model", model, "--input", rows, "--output", "-")
    assert run.returncode == 0, run.stderr
    first, *lines = run.stdout.splitlines()
    assert first == header
    columns = numpy.array([line.split(",") for line in lines])
    labels, values = columns[:, 0], columns[:, 1:]
    if objective == "binary:logistic":
        assert (labels == (expected > 0.5).astype(str)).all()
    elif objective == "multi:softprob":
        assert (labels.astype(int) == expected.argmax(axis=1)).all()
    else:
        values = labels
    assert (values.astype(numpy.float32).reshape(expected.shape) == expected).all()


def test_a_file_that_cannot_score_a_table_is_refused(folder):
    trained(folder / "model.json")
    (folder / "rows.csv").write_text("income,years\n1,2\n")
    (folder / "none.json").write_text("{}")
    model, rows = folder / "model.json", folder / "rows.csv"
    run = predict("--model", model, "--input", rows, "--output", "-")
    assert run.returncode == 1 and "debt" in run.stderr, run.stderr
    run = predict("--model", folder / "none.json", "--input", rows, "--output", "-")
    assert run.returncode == 1 and "none.json" in run.stderr, run.stderr
    both = ["--model", model, "--model-name", "mine", "--local-model-path", folder]
    run = predict(*both, "--input", rows, "--output", "-")
    assert run.returncode == 2 and "--model-name" in run.stderr, run.stderr


@pytest.mark.parametrize("file", ["model.json", "model.ubj"])
def test_a_file_is_served_under_a_name(folder, file):
    expected = trained(folder / file)
    port = free_port()
    with Server(port, *options(port, folder), f"--model=mine={file}").pings() as server:
        assert server.answers("mine", expected)
        body = {"backend": "local", "model_name": "mine", "local_model_path": file}
        status, text = server.call("/predict", {**body, "sample": records()})
        assert status == 200, text
        rows = json.loads(text)["Prediction Output"]
        assert [label for label, _ in rows] == [str(bool(p > 0.5)) for p in expected]
        assert (numpy.array([p for _, p in rows], dtype=numpy.float32) == expected).all()


def test_a_load_names_the_file(folder):
    expected = trained(folder / "brought/model.json")
    port = free_port()
    with Server(port, *options(port, folder)).pings() as server:
        place = {"backend": "local", "local_model_path": "brought/model.json"}
        status, text = server.call("/v2/repository/models/mine/load", {"parameters": place})
        assert status == 200, text
        assert server.answers("mine", expected)
        # A preprocessor that is named must be there.
        place["preprocessor_path"] = "nowhere"
        status, text = server.call("/v2/repository/models/mine/load", {"parameters": place})
        assert status == 404 and "preprocessor.sav" in text, text
        # A file that is no model is refused, and the other model goes on.
        (folder / "notes.json").write_text('{"a": 1}')
        place = {"backend": "local", "local_model_path": "notes.json"}
        status, text = server.call("/v2/repository/models/notes/load", {"parameters": place})
        assert status == 409 and "notes" in text, text
        assert server.answers("mine", expected)


def test_a_load_may_choose_the_iterations(folder):
    trained(folder / "model.json")
    booster = xgboost.Booster(model_file=folder / "model.json")
    booster.set_attr(best_iteration="3")
    booster.save_model(folder / "model.json")
    port = free_port()
    with Server(port, *options(port, folder), "--model=mine=model.json").pings() as server:
        for words, range_ in [(None, (0, 4)), ("all", (0, 10)), ("2-5", (2, 5))]:
            place = {"backend": "local", "local_model_path": "model.json"}
            if words:
                place["iterations"] = words
            name = words or "mine"
            status, text = server.call(
                f"/v2/repository/models/{name}/load", {"parameters": place}
            )
            assert status == 200, text
            assert server.answers(name, booster.inplace_predict(ROWS, iteration_range=range_))
        for wrong in ["5-2", "some", "0-99"]:
            place["iterations"] = wrong
            status, text = server.call("/v2/repository/models/x/load", {"parameters": place})
            assert status in (400, 409, 422), text


@pytest.mark.parametrize("policy", ["score", "refuse"])
def test_categories_are_called_by_the_names_of_the_file(folder, policy):
    random = numpy.random.default_rng(7)
    purposes = numpy.array(["car", "house", "school"])[random.integers(0, 3, size=300)]
    frame = pandas.DataFrame(
        {
            "income": random.normal(size=300).astype(numpy.float32),
            "purpose": pandas.Categorical(purposes),
        }
    )
    labels = (purposes == "car") ^ (frame["income"] > 1)
    matrix = xgboost.DMatrix(frame, labels, enable_categorical=True)
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": 3}, matrix, 10)
    booster.save_model(folder / "model.json")
    expected = booster.predict(matrix)
    sample = [
        {"income": float(income), "purpose": purpose}
        for income, purpose in zip(frame["income"], purposes)
    ]
    port = free_port()
    arguments = ["--model=mine=model.json", f"--unknown-categories={policy}"]
    body = {"backend": "local", "model_name": "mine", "local_model_path": "model.json"}
    with Server(port, *options(port, folder), *arguments).pings() as server:
        status, text = server.call("/predict", {**body, "sample": sample})
        assert status == 200, text
        found = [value for _, value in json.loads(text)["Prediction Output"]]
        assert (numpy.array(found, numpy.float32) == expected).all()
        sample[1]["purpose"] = "boat"
        calls = {
            "/predict": {**body, "sample": sample},
            "/v1/models/mine:predict": {"instances": sample},
            "/invocations": {"instances": sample},
        }
        for path, content in calls.items():
            status, text = server.call(path, content)
            if policy == "score":
                assert status == 200, f"{path}: {text}"
            else:
                assert status in (400, 422) and "purpose" in text, f"{path}: {text}"
                assert "boat" not in text


def test_a_folder_is_followed(folder):
    first = trained(folder / "first.json")
    cards = trained(folder / "cards/model.ubj", seed=2)
    (folder / "broken.json").write_text('{"learner": ')
    port = free_port()
    with Server(port, *options(port, folder), "--model-folder=.").pings() as server:
        assert server.answers("first", first) and server.answers("cards", cards)
        entry = server.index()["broken"]
        assert entry["state"] == "UNAVAILABLE" and "broken" in entry["reason"], entry
        # A file that comes, one that changes, one that is put right, and one that goes.
        second = trained(folder / "second.json", seed=3)
        newer = trained(folder / "first.json", seed=4)
        repaired = trained(folder / "broken.json", seed=5)
        (folder / "cards/model.ubj").unlink()
        server.until(lambda: server.answers("second", second), "a new file is not served")
        server.until(lambda: server.answers("first", newer), "a changed file is not served")
        server.until(lambda: server.answers("broken", repaired), "a mended file is not served")
        server.until(lambda: server.call("/v2/models/cards/ready")[0] != 200, "it has not gone")
        messages = [line["message"] for line in server.lines]
        assert messages.count("a model of the folder does not load") == 1
        assert messages.count("a model has left the folder") == 1


def test_a_folder_with_nothing_but_what_does_not_load_is_not_ready(folder):
    (folder / "broken.json").write_text("{")
    port = free_port()
    with Server(port, *options(port, folder), "--model-folder=.") as server:
        server.until(lambda: "broken" in server.call("/ping")[1], "does not say why")
        assert server.call("/ping")[0] == 503
        repaired = trained(folder / "broken.json")
        assert server.pings().answers("broken", repaired)


@pytest.mark.parametrize("place", ["file", "folder", "mounted file"])
def test_kserve_starts_the_runtime(folder, place):
    """With the arguments of the manifest, and the model where KServe puts it."""
    models = folder / "models"
    if place == "mounted file":
        expected = trained(folder / "model.json")
        (folder / "model.json").rename(models)
    else:
        expected = trained(models / ("model.json" if place == "file" else "deep/model.ubj"))
    port = free_port()
    (container,) = runtime()["spec"]["containers"]
    arguments = [
        argument.replace("{{.Name}}", "credit").replace("/mnt", str(folder)).replace(
            "--http-port=8080", f"--http-port={port}"
        )
        for argument in container["args"]
    ]
    assert arguments.pop(0) == "serve"
    extra = ["--rpc-port=0", "--metrics-port=0", "--drain-delay=0"]
    with Server(port, *arguments, *extra).pings() as server:
        assert server.answers("credit", expected)
        path = container["livenessProbe"]["httpGet"]["path"]
        assert server.call(path)[0] == 200
        status, text = server.call("/v1/models/credit:predict", {"instances": records()})
        assert status == 200, text
        assert (numpy.array(json.loads(text)["predictions"], numpy.float32) == expected).all()


@pytest.mark.parametrize("file", ["model.json", "xgboost-model"])
def test_sagemaker_starts_the_container(folder, file):
    """With `serve` alone, and the variables that SageMaker and the image set."""
    expected = trained(folder / "model.json")
    (folder / "model.json").rename(folder / file)
    port = free_port()
    variables = {
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_SAFE_PORT_RANGE": "{0}-65535".format(free_pair()),
        "SM_MODEL_DIR": str(folder),
        "LOAN_DEFAULT_HOST": "0.0.0.0",
        "LOAN_DEFAULT_STORAGE_ROOT": "/nowhere",
    }
    with Server(port, variables=variables).pings() as server:
        (line,) = [line for line in server.lines if "SageMaker" in line["message"]]
        assert line["sign"] == "SAGEMAKER_BIND_TO_PORT"
        lines = "\n".join(
            ",".join("" if numpy.isnan(value) else repr(float(value)) for value in row)
            for row in ROWS
        )
        status, text = server.call("/invocations", lines.encode(), **{"Content-Type": "text/csv"})
        assert status == 200, text
        assert (numpy.array(text.split(), numpy.float32) == expected).all()
        status, text = server.call("/invocations", {"instances": records()})
        assert status == 200, text
        scores = [entry["score"] for entry in json.loads(text)["predictions"]]
        assert (numpy.array(scores, numpy.float32) == expected).all()


def test_a_variable_of_sagemaker_that_is_no_port_stops_the_start(folder):
    run = subprocess.run(
        [os.environ["PROGRAM"], "serve"],
        env={**os.environ, "SAGEMAKER_BIND_TO_PORT": "http", "SM_MODEL_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 2
    assert re.search(r"SAGEMAKER_BIND_TO_PORT is 'http'", run.stderr), run.stderr


def test_a_row_without_names_is_raw_where_each_column_is_prepared_into_one(tmp_path):
    random = numpy.random.default_rng(4)
    table = pandas.DataFrame(random.lognormal(size=(400, 3)) * 100, columns=NAMES)
    table["late"] = (table["debt"] > 100).astype(int)
    table.to_csv(tmp_path / "table.csv", index=False)
    features = [{"column": name, "kind": "number", "transform": "standardize"} for name in NAMES]
    schema = {"label": {"column": "late", "kind": "boolean"}, "features": features}
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    for command in ("data --local-path table.csv --schema schema.json --target-path data",
                    "train --local-data-path data --local-model-path models --model-name late "
                    "--rounds 10"):
        subprocess.run([pathlib.Path(os.environ["PROGRAM"]).resolve(), *command.split()],
                       cwd=tmp_path, check=True, capture_output=True)
    port = free_port()
    with Server(port, "--storage-root", tmp_path, "--http-port", str(port), "--rpc-port", "0",
                "--metrics-port", "0", "--model", "late=models,data") as server:
        server.pings()
        rows = table[NAMES].head(20)
        path = "/v1/models/late:predict"
        by_name = server.call(path, {"instances": rows.to_dict("records")})
        assert by_name == server.call(path, {"instances": rows.values.tolist()})
        assert len(set(json.loads(by_name[1])["predictions"])) > 1
