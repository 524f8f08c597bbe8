# SPDX-License-Identifier: Apache-2.0
"""The pages about tables and models of one's own, walked through: their commands and calls as they
stand there, on a table and a model that are made here."""

import contextlib
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request

import numpy
import pytest
import xgboost

from documents import ROOT, blocks

sys.path.append(str(ROOT / "Tests/Python"))
from ports import free_port

pytestmark = pytest.mark.skipif(
    "PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`"
)
TABLES = ROOT / "docs/tables.md"
MODELS = ROOT / "docs/models.md"
FLOWERS = ["sepal length", "sepal width", "petal length", "petal width"]


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """A folder to work in, with the program on the path under its name."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "loan-default").symlink_to(pathlib.Path(os.environ["PROGRAM"]).resolve())
    monkeypatch.setenv("PATH", f"{bin_folder}:{os.environ['PATH']}")
    monkeypatch.setenv("OMP_WAIT_POLICY", "passive")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@contextlib.contextmanager
def served(command):
    """A `serve` command of a page, on a port of its own, once it is ready."""
    ports = {name: free_port() for name in ("http", "rpc", "metrics")}
    options = [word for name, port in ports.items() for word in (f"--{name}-port", str(port))]
    with open("serve.log", "w") as log:
        server = subprocess.Popen([*shlex.split(command), *options], stderr=log)
    try:
        for _ in range(300):
            with contextlib.suppress(urllib.error.URLError):
                urllib.request.urlopen(f"http://127.0.0.1:{ports['metrics']}/readyz").close()
                break
            assert server.poll() is None, pathlib.Path("serve.log").read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{ports['http']}"
    finally:
        server.terminate()
        server.wait()


def call(address, body=None):
    """The JSON of an answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def credit_table(path):
    """Applications with the columns of the page's schema, and a table that infers one."""
    source = random.Random(1)
    lines = ["application_id,issued_on,duration_in_month,credit_amount,purpose,employment,"
             "age_in_years,creditability"]
    for row in range(600):
        months, amount = source.randint(6, 60), source.randint(300, 15_000)
        purpose = source.choice(["new car", '"radio, television"', "furniture"])
        employment = source.choice(["none", "below 1 year", "longer", ""])
        is_bad = source.random() < 0.1 + months / 120 + (employment == "none") * 0.3
        day = f"2024-0{source.randint(1, 9)}-1{source.randint(0, 9)}"
        lines.append(f"{10_000 + row},{day},{months},{amount},{purpose},{employment},"
                     f"{source.randint(19, 75)},"
                     f"{'bad' if is_bad else 'good'}")
    path.write_text("\n".join(lines) + "\n")


RECORD = {"duration_in_month": 24, "credit_amount": 3_000, "purpose": "radio, television",
          "employment": "longer", "age_in_years": 33, "issued_on": "2024-05-12"}


def prepare_and_train(script):
    """The commands of a block but the last one, which serves, as they stand there."""
    *work, serve = script.strip().splitlines()
    run = subprocess.run("\n".join(["set -e", *work]), shell=True, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return serve


def ask(address, model):
    """A record of the features that the model says it has."""
    known = {tensor["name"] for tensor in call(f"{address}/v2/models/{model}")["inputs"]}
    record = {name: value for name, value in RECORD.items() if name in known}
    assert len(record) >= 3
    return call(f"{address}/v1/models/{model}:predict", {"instances": [record]})["predictions"]


def test_a_table_is_served_by_the_commands_of_the_page(commands):
    credit_table(commands / "german_credit.csv")
    script = blocks(TABLES.read_text(), "sh")[0]
    with served(prepare_and_train(script)) as address:
        (prediction,) = ask(address, "german")
        assert 0 < prediction < 1


def test_the_schema_of_the_page_is_one(commands):
    credit_table(commands / "german_credit.csv")
    (schema,) = blocks(TABLES.read_text(), "json")
    script = blocks(TABLES.read_text(), "sh")[0]
    first, *rest = script.strip().splitlines()
    assert first.startswith("loan-default schema ")
    (commands / "schema.json").write_text(schema)
    with served(prepare_and_train("\n".join(rest))) as address:
        inputs = [t["name"] for t in call(f"{address}/v2/models/german")["inputs"]][1:]
        assert inputs == [feature["column"] for feature in json.loads(schema)["features"]]
        (prediction,) = ask(address, "german")
        assert 0 < prediction < 1


def test_a_model_of_python_is_served_by_the_commands_of_the_page(commands):
    source = numpy.random.default_rng(1)
    cells = source.uniform(0, 7, (300, 4)).astype(numpy.float32)
    labels = (cells[:, 2] > 2.5).astype(int) + (cells[:, 3] > 4)
    model = xgboost.XGBClassifier(n_estimators=10, max_depth=3, objective="multi:softprob")
    model.fit(cells, labels)
    model.get_booster().feature_names = FLOWERS
    page = MODELS.read_text()
    (save,) = blocks(page, "python")
    exec(save, {"model": model.get_booster()})
    serve, curl = blocks(page, "sh")[:2]
    body = json.loads(re.search(r"-d '(.*?)'", curl, re.DOTALL)[1])
    path = re.search(r"http://localhost:5000(\S+)", curl)[1]
    asked = numpy.array([[body["instances"][0][name] for name in FLOWERS]], numpy.float32)
    with served(serve.strip()) as address:
        (answer,) = call(address + path, body)["predictions"]
        expected = model.get_booster().inplace_predict(asked, validate_features=False)[0]
        assert numpy.array_equal(numpy.array(answer, numpy.float32), expected)
        assert [t["name"] for t in call(f"{address}/v2/models/mine")["inputs"]][1:] == FLOWERS
