# SPDX-License-Identifier: Apache-2.0
"""What the scripts of the protocols' clients share: applications, and what must come out."""
import csv
import json
import pathlib
import urllib.request

import numpy
import xgboost

MODEL = "model.joblib"
PLACE = {"backend": "local", "local_model_path": "models", "preprocessor_path": "data"}
CATEGORIES = {"person_home_ownership", "loan_intent", "loan_grade", "cb_person_default_on_file"}


def call(base, path, body=None, headers=None):
    """Answers (status, parsed JSON)."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(base + path, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def load(base):
    """Brings the model into service."""
    status, answer = call(base, f"/v2/repository/models/{MODEL}/load", {"parameters": PLACE})
    assert status == 200, answer


def applications(storage, count):
    """Raw columns by feature: float32, or an object array of texts."""
    with open(pathlib.Path(storage) / "a.csv", newline="") as file:
        rows = [row for _, row in zip(range(count), csv.DictReader(file))]
    names = [name for name in rows[0] if name != "loan_status"]
    columns = {}
    for name in names:
        texts = [row[name] for row in rows]
        columns[name] = (numpy.array(texts, dtype=object) if name in CATEGORIES else
                         numpy.array([float(text) if text else numpy.nan for text in texts],
                                     dtype=numpy.float32))
    return columns


def records(columns):
    """The same as records of JSON."""
    count = len(next(iter(columns.values())))
    return [{name: (column[row] if isinstance(column[row], str) else
                    None if numpy.isnan(column[row]) else float(column[row]))
             for name, column in columns.items()} for row in range(count)]


def predicted(base, columns):
    """What /predict says of applications: the probabilities, as float32."""
    body = {**PLACE, "model_name": MODEL, "sample": records(columns)}
    status, answer = call(base, "/predict", body)
    assert status == 200, answer
    return numpy.array([pair[1] for pair in answer["Prediction Output"]], dtype=numpy.float32)


def prepared(storage):
    """A prepared matrix and what XGBoost itself says of it."""
    storage = pathlib.Path(storage)
    matrix = numpy.ascontiguousarray(numpy.load(storage / "data/Xtest.npy"))
    booster = xgboost.Booster(model_file=storage / f"models/{MODEL}.json")
    return matrix, booster.inplace_predict(matrix)


def same_bits(left, right):
    left, right = numpy.asarray(left, numpy.float32), numpy.asarray(right, numpy.float32)
    assert left.shape == right.shape, (left.shape, right.shape)
    assert (left.view(numpy.uint32) == right.view(numpy.uint32)).all(), (left[:5], right[:5])
