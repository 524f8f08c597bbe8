# SPDX-License-Identifier: Apache-2.0
"""A table that nobody here has seen is learned from, served and scored over every transport: each
gives the same numbers to the last bit."""

import asyncio
import ctypes
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import types
import urllib.request

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "Tests/Drills"), str(ROOT / "Tests/Deployment")]
import any_table  # noqa: E402

pytestmark = pytest.mark.skipif("PROGRAM" not in os.environ,
                                reason="PROGRAM is not set; run `make test`")
PROGRAM = os.environ.get("PROGRAM", "")
NAMES = [make.__name__ for make in any_table.TABLES]


@pytest.fixture(scope="module")
def served():
    import served as operations

    with tempfile.TemporaryDirectory(prefix="loan-default-any-") as folder:
        trained = {make.__name__: any_table.Trained(PROGRAM, folder, make())
                   for make in any_table.TABLES}
        options = [word for name in trained
                   for word in ("--model", f"{name}={name}/models,{name}/data")]
        with operations.Server(types.SimpleNamespace(root=folder), *options) as server:
            yield server, trained


@pytest.fixture(params=NAMES)
def model(request, served):
    return served[1][request.param]


@pytest.fixture
def server(served):
    return served[0]


def post(server, path, body, **headers):
    """The answer as JSON."""
    status, text = server.get(path, body=json.dumps(body).encode())
    assert status == 200, text
    return json.loads(text)


def predicted(model):
    """What the command says of the records: the truth that all others must equal."""
    (model.folder / "new.csv").write_bytes(model.csv())
    text, _ = any_table.run(PROGRAM, "predict", "--input", model.folder / "new.csv",
                            "--output", "-", "--local-model-path", model.folder / "models",
                            "--model-name", model.table.name)
    return np.array([line.split(",")[-1] for line in text.splitlines()[1:]], np.float32)


def same(values, model):
    truth = predicted(model)
    assert len(truth) == any_table.SCORED and np.isfinite(truth).all()
    assert np.array_equal(np.array(values, np.float32), truth)


def test_the_schema_says_what_the_columns_are(served):
    trained = served[1]
    export, wide, crowd = (trained[name] for name in ["export", "wide", "crowd"])
    assert export.kinds == {
        "Betrag (€)": "number", "Zweck; Details": "category", "class": "number",
        "lambda": "number", "seit": "date", "geprüft": "boolean",
        "Ergebnis des Vorgangs": "category"}
    assert export.schema["ignore"] == ["Antragsnummer", "Währung", "leer"]
    assert "Ergebnis des Vorgangs: alone it tells the labels apart" in export.findings
    assert "schlecht" in export.report and "sehr gut" in export.report
    kinds = {"number": "number", "code": "number", "word": "category", "date": "date",
             "compact": "date", "truth": "boolean"}
    assert wide.kinds == {f"{word} {place}": kinds[word] for place in range(350)
                          for word in [[*kinds, "empty"][place % 7]] if word in kinds}
    assert trained["branches"].schema["features"][0]["encoding"] == "native"
    assert trained["loss"].schema["label"] == {"column": "loss", "kind": "number"}
    assert "RMSE" in trained["loss"].report
    assert len(trained["columns"].kinds) == 2_000
    assert crowd.schema["ignore"] == ["id", "note"]
    assert "answer: alone it tells the labels apart" in crowd.findings


def test_the_whole_table_is_scored_by_the_command(served):
    for model in served[1].values():
        text, _ = any_table.run(
            PROGRAM, "predict", "--input", model.file, "--output", "-", "--local-model-path",
            model.folder / "models", "--model-name", model.table.name, *model.table.options)
        assert text.count("\n") > 60, model.table.name


def test_predict(server, model):
    rows = post(server, "/predict", {
        "backend": "local", "local_model_path": f"{model.table.name}/models",
        "model_name": model.table.name, "sample": model.records})["Prediction Output"]
    same([row[-1] for row in rows], model)


def test_kserve(server, model):
    same(post(server, f"/v1/models/{model.table.name}:predict",
              {"instances": model.records})["predictions"], model)


def test_open_inference(server, model):
    status, text = server.get(f"/v2/models/{model.table.name}")
    assert status == 200, text
    inputs = []
    for tensor in json.loads(text)["inputs"][1:]:
        data = [record[tensor["name"]] for record in model.records]
        datatype = tensor["datatype"] if tensor["datatype"] == "FP32" else "BYTES"
        inputs.append({"name": tensor["name"], "datatype": datatype, "shape": [len(data)],
                       "data": data})
    answer = post(server, f"/v2/models/{model.table.name}/infer", {"inputs": inputs})
    [scores] = [one for one in answer["outputs"] if one["name"] == "output__0"]
    same(scores["data"], model)


def test_sagemaker(server, model):
    def invoke(body, content_type):
        request = urllib.request.Request(
            f"http://127.0.0.1:{server.http_port}/invocations", body,
            {"Content-Type": content_type, "X-Amzn-SageMaker-Target-Model": model.table.name})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    same([float(line) for line in invoke(model.csv(), "text/csv").splitlines()], model)
    answer = invoke(json.dumps({"instances": model.records}).encode(), "application/json")
    same([row["score"] for row in json.loads(answer)["predictions"]], model)


def test_rpc(server, model):
    import ldp

    columns = []
    for name, kind in model.kinds.items():
        cells = [record[name] for record in model.records]
        if kind == "number":
            values = np.array([np.nan if cell is None else cell for cell in cells], "<f4")
            columns.append(ldp.rpc.Column(name=name.encode(), float32=values.tobytes()))
            continue
        texts = sorted({cell for cell in cells if cell is not None})
        codes = np.array([0xFFFF if cell is None else texts.index(cell) for cell in cells], "<u2")
        columns.append(ldp.rpc.Column(name=name.encode(), codes16=codes.tobytes(),
                                      dictionary=[text.encode() for text in texts]))
    message = ldp.rpc.PredictRequest(model=model.table.name.encode(), rows=len(model.records),
                                     columns=columns)
    status, result = asyncio.run(ldp.once(
        server.rpc_port, ldp.request(ldp.rpc.METHOD_PREDICT, message.SerializeToString())))
    assert status.code == ldp.OK, status
    answer = ldp.rpc.PredictResponse.FromString(result)
    same(np.frombuffer(answer.values or answer.probabilities, "<f4"), model)


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_compressed_tables_are_read_as_they_are(served, tmp_path, ending):
    model = served[1]["export"]
    for name in ["table.csv", "new.csv"]:
        content = model.table.content if name == "table.csv" else model.csv()
        # Two members, cut in the middle of a row.
        halves = [content[:5_000], content[5_000:]]
        pack = gzip.compress if ending == ".gz" else zstandard
        (tmp_path / (name + ending)).write_bytes(b"".join(map(pack, halves)))
    table = tmp_path / ("table.csv" + ending)
    text, _ = any_table.run(PROGRAM, "schema", table, "--label", model.table.label,
                            *model.table.options)
    assert json.loads(text) == model.schema
    any_table.run(PROGRAM, "data", "--local-path", table, "--label", model.table.label,
                  "--target-path", tmp_path / "data", "--seed", 1, *model.table.options)
    for name in ["Xtrain.npy", "ytest.npy"]:
        assert (tmp_path / "data" / name).read_bytes() == \
            (model.folder / "data" / name).read_bytes()
    text, _ = any_table.run(PROGRAM, "predict", "--input", tmp_path / ("new.csv" + ending),
                            "--output", "-", "--local-model-path", model.folder / "models",
                            "--model-name", model.table.name)
    same([line.split(",")[-1] for line in text.splitlines()[1:]], model)


def zstandard(content):
    library = ctypes.CDLL("libzstd.so.1")
    library.ZSTD_compress.restype = ctypes.c_size_t
    target = ctypes.create_string_buffer(len(content) + 1_000)
    length = library.ZSTD_compress(target, ctypes.c_size_t(len(target)), content,
                                   ctypes.c_size_t(len(content)), 3)
    return target.raw[:length]


def test_the_server_prepares_a_table_by_its_label_or_its_schema(server, served):
    loss = served[1]["loss"]
    for number, member in enumerate([{"label": "loss"}, {"schema": loss.schema},
                                     {"schema": "loss/schema.json"}]):
        post(server, "/data", {"backend": "local", "local_path": "loss/table.csv", "seed": 1,
                               "target_path": f"again{number}", **member})
        folder = loss.folder.parent / f"again{number}"
        assert (folder / "Xtrain.npy").read_bytes() == \
            (loss.folder / "data/Xtrain.npy").read_bytes()
    answer = post(server, "/train", {
        "backend": "local", "local_data_path": "again0", "local_model_path": "again0",
        "model_name": "loss", "parameters": {"rounds": 5, "max_depth": 3, "min_child_weight": 1}})
    scores = answer["validation scores"]
    assert set(scores) == {"rmse", "mae", "r2", "support"}
    shown, _ = any_table.run(PROGRAM, "inspect", loss.folder.parent / "again0/loss")
    assert f"RMSE {scores['rmse']}" in shown
    assert '{"column":"instances","kind":"number"}' in shown


REFUSED = {
    "two columns a": (b"a,b,a,y\n1,2,3,0\n4,5,6,1\n", "y", "two columns a"),
    "not UTF-8": ("größe,y\n1,0\n".encode("latin-1") * 3, "y", "size"),
    "no label": (b"a,b\n1,2\n3,4\n", "y", "near are 'a'"),
    "a third label": (b"a,y\n1,good\n2,bad\n3,fair\n", "y=bad", "more than one other"),
    "cut": (gzip.compress(b"a,y\n1,0\n" * 500)[:-9], "y", "ends before its content does"),
    "utf-16": ("a,y\n1,0\n".encode("utf-16"), "y", "not UTF-8"),
    "empty": (b"\n\n", "y", "empty"),
    "a row that is too long": (b"a,y\n1,0\n2,1,3\n", "y", "row 2 (line 3)"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_cannot_be_learned_from_is_refused_with_the_reason(name, tmp_path):
    content, label, reason = REFUSED[name]
    (tmp_path / "table.csv").write_bytes(content)
    for command in [["schema", tmp_path / "table.csv"],
                    ["data", "--local-path", tmp_path / "table.csv",
                     "--target-path", tmp_path / "d"]]:
        done = subprocess.run([PROGRAM, *map(str, command), "--label", label], capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == 1 and reason in done.stderr, done.stderr
        assert not (tmp_path / "d").exists() or not list((tmp_path / "d").glob("*.npy"))
