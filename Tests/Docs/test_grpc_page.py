# SPDX-License-Identifier: Apache-2.0
"""The Python clients of docs/grpc.md, run as they stand there, say what /predict says. Those in Go
and Java are the matter of `make grpc-examples`."""

import json
import os
import re
import subprocess
import sys

import numpy
import pytest

from documents import ROOT, blocks

sys.path += [str(ROOT / "Tests/Drills"), str(ROOT / "Tests/Python")]

pytestmark = pytest.mark.skipif(
    "PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`"
)
PAGE = (ROOT / "docs/grpc.md").read_text()


@pytest.fixture(scope="module")
def server():
    import served

    model = served.Model(rows=2_000, rounds=20)
    with served.Server(model, "--model", f"{served.MODEL}=models,data") as running:
        yield running


def predicted(server, record):
    """The probability that /predict gives an application."""
    body = {"backend": "local", "model_name": "model.joblib", "local_model_path": "models",
            "preprocessor_path": "data", "sample": [record]}
    status, text = server.get("/predict", body=json.dumps(body).encode())
    assert status == 200, text
    return numpy.float32(json.loads(text)["Prediction Output"][0][1])


def test_the_python_of_the_page_scores_its_application(server, tmp_path):
    (tmp_path / "proto").symlink_to(ROOT / "proto")
    [stubs] = [block for block in blocks(PAGE, "sh") if "grpc_tools.protoc" in block]
    path = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    subprocess.run(stubs, shell=True, check=True, cwd=tmp_path, env={**os.environ, "PATH": path})
    script = "\n".join(blocks(PAGE, "python")).replace(":5000", f":{server.http_port}")
    script += "\nimport json\nprint(json.dumps(row))\n"
    outcome = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, timeout=120,
                             capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
    *printed, record = outcome.stdout.splitlines()
    scores = [numpy.float32(re.search(r"[\d.e-]+", line).group()) for line in printed]
    truth = predicted(server, json.loads(record))
    assert len(scores) >= 2
    # numpy prints an array with eight digits.
    assert numpy.allclose(scores, truth, rtol=1e-7, atol=0), (scores, truth)


def test_the_clients_of_the_page_ask_for_the_same_application():
    texts = [block for language in ("python", "go", "java") for block in blocks(PAGE, language)]
    records = [dict(re.findall(r'"(\w+)"(?::|,) ("\w+"|\d[\d.]*)', text)) for text in texts]
    asked = [{name: value for name, value in record.items() if name.startswith(("person_", "loan_",
              "cb_"))} for record in records]
    full = [record for record in asked if len(record) > 5]
    assert len(full) == 3 and full[0] == full[1] == full[2] and len(full[0]) == 11, asked
