# SPDX-License-Identifier: Apache-2.0
"""Models that XGBoost saved, of classes and of values, without a preprocessor: what every protocol
answers is what XGBoost predicts, and the page makes a form of their features.

    page_any_model.py PORT STORAGE [SCREENSHOTS]
"""
import json
import pathlib
import sys

import numpy
import xgboost

from browser import NARROW, WIDE, Browser
from protocol_model import call

port, storage, *rest = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
screenshots = pathlib.Path(rest[0]) if rest else None
NAMES = ["amount (EUR)", "months", "purpose"]


def table(count=400, seed=3):
    """Two numbers, some of them missing, and the codes of a category."""
    random = numpy.random.default_rng(seed)
    rows = numpy.column_stack([random.gamma(2, 900, count), random.integers(3, 60, count),
                               random.integers(0, 6, count)]).astype(numpy.float32)
    rows[random.random(count) < 0.1, 0] = numpy.nan
    return rows


def bring(name, parameters, label):
    """Trains a model, saves it and brings it into service."""
    rows = table()
    matrix = xgboost.DMatrix(rows, label=label(rows), feature_names=NAMES,
                             feature_types=["float", "float", "c"], enable_categorical=True)
    booster = xgboost.train({"max_depth": 4, "seed": 1, **parameters}, matrix, num_boost_round=8)
    folder = pathlib.Path(storage) / "brought"
    folder.mkdir(exist_ok=True)
    booster.save_model(folder / name)
    status, answer = call(base, f"/v2/repository/models/{name}/load", {
        "parameters": {"backend": "local", "local_model_path": "brought"}})
    assert status == 200, answer
    return booster


def predicted(booster, rows):
    matrix = xgboost.DMatrix(rows, feature_names=NAMES, feature_types=["float", "float", "c"],
                             enable_categorical=True)
    return booster.predict(matrix)


def check_protocols(name, booster):
    rows = table(50, seed=9)
    wanted = predicted(booster, rows)
    cells = [[None if numpy.isnan(value) else float(value) for value in row] for row in rows]
    records = [dict(zip(NAMES, row)) for row in cells]
    status, answer = call(base, f"/v1/models/{name}:predict", {"instances": records})
    assert status == 200, answer
    assert numpy.array_equal(numpy.array(answer["predictions"], numpy.float32), wanted)

    status, answer = call(base, "/predict", {
        "backend": "local", "local_model_path": "brought", "model_name": name, "sample": records})
    assert status == 200, answer
    values = numpy.array([row[-1] for row in answer["Prediction Output"]], numpy.float32)
    assert numpy.array_equal(values, wanted)
    if wanted.ndim == 2:
        labels = [int(row[0]) for row in answer["Prediction Output"]]
        assert numpy.array_equal(labels, wanted.argmax(axis=1))

    _, metadata = call(base, f"/v2/models/{name}")
    kinds = {tensor["name"]: tensor["datatype"] for tensor in metadata["inputs"]}
    assert kinds["amount (EUR)"] == "FP32" and kinds["purpose"] == "FP32", kinds
    columns = [{"name": name, "datatype": kinds[name], "shape": [len(rows)],
                "data": [None if numpy.isnan(value) else float(value) if kinds[name] == "FP32"
                         else int(value) for value in rows[:, index]]}
               for index, name in enumerate(NAMES)]
    status, answer = call(base, f"/v2/models/{name}/infer", {"inputs": columns})
    assert status == 200, answer
    output = answer["outputs"][0]
    assert output["shape"] == list(wanted.shape), output["shape"]
    assert numpy.array_equal(numpy.array(output["data"], numpy.float32), wanted.ravel())


def scored(browser, name):
    """The headline of an example that is filled in and scored."""
    browser.open(f"/#{name}")
    browser.ready()
    browser.find("#example").click()
    browser.find("#score").click()
    browser.wait(lambda: browser.all(".percent"))
    return browser.find(".percent").text


def check_page(name, headline, drawing):
    for size in (WIDE, NARROW):
        with Browser(base, size, "light", screenshots) as browser:
            browser.open(f"/#{name}")
            browser.ready()
            labels = [label.text for label in browser.all("#fields label")]
            assert labels == ["Amount (eur)", "Months", "Purpose"], labels
            shown = scored(browser, name)
            assert headline(shown), shown
            assert len(browser.all("#distribution svg")) == drawing
            browser.check_accessible()
            browser.check_fits()
            browser.screenshot(f"any-{name}-{size[0]}")
            browser.check_quiet()


classes = bring("classes.json", {"objective": "multi:softprob", "num_class": 3},
                lambda rows: (numpy.nan_to_num(rows[:, 0]) > 1500) + (rows[:, 2] > 3).astype(int))
values = bring("values.ubj", {"objective": "reg:squarederror"},
               lambda rows: rows[:, 1] * 10 + rows[:, 2])
check_protocols("classes.json", classes)
check_protocols("values.ubj", values)
check_page("classes.json", lambda text: text.startswith("Class "), drawing=1)
check_page("values.ubj", lambda text: float(text.replace(",", "")) > 0, drawing=0)
print(json.dumps({"right": True}))
