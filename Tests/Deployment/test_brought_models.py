# SPDX-License-Identifier: Apache-2.0
"""Models that were trained in Python are served as they are: over every transport, exactly what
Python predicts."""

import asyncio
import csv
import io
import json
import os
import pathlib
import sys
import tempfile
import types
import urllib.request

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "Tests/Drills"), str(ROOT / "Tests/Deployment")]
import brought  # noqa: E402

pytestmark = pytest.mark.skipif("PROGRAM" not in os.environ,
                                reason="PROGRAM is not set; run `make test`")
NAMES = ["classes", "loss", "dart", "categories", "segment", "pair", "linear"]


@pytest.fixture(scope="module")
def served_models():
    import served

    with tempfile.TemporaryDirectory(prefix="loan-default-brought-") as folder:
        models = brought.models(folder)
        assert list(models) == NAMES
        options = [word for model in models.values()
                   for word in ("--model", f"{model.name}={model.file}")]
        with served.Server(types.SimpleNamespace(root=folder), *options) as server:
            yield server, models


@pytest.fixture(params=NAMES)
def model(request, served_models):
    return served_models[1][request.param]


@pytest.fixture
def server(served_models):
    return served_models[0]


def post(server, path, body, **headers):
    """The answer as text; a refusal is ours."""
    headers = {"Content-Type": "application/json", **headers}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{server.http_port}{path}", data, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{error.code}: {error.read().decode()}") from error


def same(values, model):
    """The values are Python's, bit for bit and in their shape."""
    values = np.asarray(values, np.float32)
    assert values.shape == model.truth.shape
    wrong = values.view(np.uint32) != model.truth.view(np.uint32)
    assert not wrong.any(), f"{values[wrong][:5]} for {model.truth[wrong][:5]}"


def test_predict(server, model):
    answer = json.loads(post(server, "/predict", {
        "backend": "local", "local_model_path": model.file, "model_name": model.name,
        "sample": model.records()}))
    rows = answer["Prediction Output"]
    if model.name in ["dart", "categories"]:
        assert [row[0] for row in rows] == [str(bool(value > 0.5)) for value in model.truth]
        same([row[1] for row in rows], model)
    elif model.name == "classes":
        assert [row[0] for row in rows] == [str(place) for place in model.truth.argmax(1)]
        same([row[1] for row in rows], model)
    elif model.name == "segment":
        assert rows == [[str(int(value))] for value in model.truth]
    else:
        assert {len(row) for row in rows} == {1}
        same([row[0] for row in rows], model)


def test_open_inference_with_a_tensor_of_each_feature(server, model):
    inputs = []
    for name in model.names:
        column = [record[name] for record in model.records()]
        inputs.append({"name": name, "datatype": "BYTES" if name in model.texts else "FP32",
                       "shape": [len(column)], "data": column})
    answer = json.loads(post(server, f"/v2/models/{model.name}/infer", {"inputs": inputs}))
    same(output(answer), model)


def test_open_inference_with_the_matrix(server, model):
    data = [None if np.isnan(value) else float(value) for value in model.matrix.ravel()]
    tensor = {"name": "input__0", "datatype": "FP32", "shape": list(model.matrix.shape),
              "data": data}
    answer = json.loads(post(server, f"/v2/models/{model.name}/infer", {"inputs": [tensor]}))
    same(output(answer), model)


def output(answer):
    [scores] = [one for one in answer["outputs"] if one["name"] == "output__0"]
    return np.array(scores["data"], np.float32).reshape(scores["shape"])


def test_open_inference_in_binary(server, model):
    import tritonclient.http as triton

    client = triton.InferenceServerClient(f"127.0.0.1:{server.http_port}")
    described = client.get_model_metadata(model.name)
    shapes = {one["name"]: one["shape"] for one in described["outputs"]}
    assert shapes["output__0"] == [-1, *model.truth.shape[1:]] or model.name == "segment"
    assert [one["name"] for one in described["inputs"]] == ["input__0", *model.names]
    given = triton.InferInput("input__0", list(model.matrix.shape), "FP32")
    given.set_data_from_numpy(model.matrix, binary_data=True)
    asked = [triton.InferRequestedOutput("output__0", binary_data=True)]
    same(client.infer(model.name, [given], outputs=asked).as_numpy("output__0"), model)
    client.close()


def test_kserve_with_records_and_with_rows(server, model):
    lists = [[None if np.isnan(value) else float(value) for value in row] for row in model.matrix]
    for instances in [model.records(), lists]:
        answer = json.loads(post(server, f"/v1/models/{model.name}:predict",
                                 {"instances": instances}))
        same(answer["predictions"], model)


def test_sagemaker_in_csv_and_json(server, model):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(model.names)
    for record in model.records():
        writer.writerow("" if record[name] is None else record[name] for name in model.names)
    target = {"X-Amzn-SageMaker-Target-Model": model.name}
    lines = post(server, "/invocations", text.getvalue().encode(), **target,
                 **{"Content-Type": "text/csv"}).splitlines()
    rows = [[float(value) for value in line.split(",")] for line in lines]
    same(np.array(rows, np.float32).reshape(model.truth.shape), model)
    answer = json.loads(post(server, "/invocations", {"instances": model.records()}, **target))
    same([row["score"] for row in answer["predictions"]], model)


def scored_by_rpc(server, model, **form):
    import ldp

    message = ldp.rpc.PredictRequest(model=model.name.encode(), rows=len(model.rows), **form)
    status, result = asyncio.run(ldp.once(
        server.rpc_port, ldp.request(ldp.rpc.METHOD_PREDICT, message.SerializeToString())))
    assert status.code == ldp.OK, status
    answer = ldp.rpc.PredictResponse.FromString(result)
    values = np.frombuffer(answer.values or answer.probabilities, "<f4")
    assert answer.values_per_row in [0, values.size // len(model.rows)]
    same(values.reshape(model.truth.shape), model)


def test_rpc_with_columns(server, model):
    import ldp

    columns = []
    for name, values in zip(model.names, model.matrix.T):
        if name in model.texts:
            # Codes of a dictionary of our own; the highest one is a missing value.
            order = brought.PURPOSES[::-1]
            codes = [0xFF if record[name] is None else order.index(record[name])
                     for record in model.records()]
            columns.append(ldp.rpc.Column(name=name.encode(), codes8=bytes(codes),
                                          dictionary=[text.encode() for text in order]))
        else:
            columns.append(ldp.rpc.Column(name=name.encode(), float32=values.tobytes()))
    scored_by_rpc(server, model, columns=columns[::-1])


def test_rpc_with_the_matrix(server, model):
    scored_by_rpc(server, model, features=len(model.names),
                  prepared=np.ascontiguousarray(model.matrix.T).tobytes())
