# SPDX-License-Identifier: Apache-2.0
"""A table of one's own: prepared and trained on by its label, its form in chromium filled in and
scored, and the score that of /predict. german_credit.csv is filled in too, where it is there.

    page_own_table.py PORT STORAGE [SCREENSHOTS]
"""
import json
import os
import pathlib
import random
import shutil
import sys

import numpy

from browser import NARROW, WIDE, Browser
from protocol_model import call

port, storage, *rest = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
screenshots = pathlib.Path(rest[0]) if rest else None
FOLDER = pathlib.Path(storage) / "own"


def write_table():
    """Every kind of column; a category with rare values, too."""
    draw = random.Random(7)
    lines = ["amount,purpose,shop,is_owner,issued_on,outcome"]
    for row in range(600):
        amount = draw.uniform(100, 9_000)
        purpose = draw.choice(['"car, new"', '"say ""radio"""', "school"])
        shop = f"shop {int(300 * draw.random() ** 2)}"
        is_bad = draw.random() < amount / 12_000
        lines.append(f"{amount:.2f},{purpose},{shop},{draw.choice(['yes', 'no'])},"
                     f"20{draw.randint(10, 24)}-0{draw.randint(1, 9)}-11,"
                     f"{'bad' if is_bad else 'good'}")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "table.csv").write_text("\n".join(lines) + "\n")


def train(name, table, **columns):
    for path, body in [
        ("/data", {"local_path": f"own/{table}", "target_path": f"own/{name}", **columns}),
        ("/train", {"local_data_path": f"own/{name}", "local_model_path": f"own/{name}",
                    "model_name": name, "parameters": {"rounds": 20, "max_depth": 4}}),
    ]:
        status, answer = call(base, path, {"backend": "local", **body})
        assert status == 200, answer


def enter(browser, control, text):
    """Puts a value into a field as a person does: chosen, picked or typed."""
    if control.tag_name == "input" and control.get_attribute("type") == "text":
        control.clear()
        control.send_keys(text)
        return
    browser.run("arguments[0].value = arguments[1];"
                "for (const kind of ['input', 'change'])"
                "  arguments[0].dispatchEvent(new Event(kind, { bubbles: true }));", control, text)


def scored(name, texts, record, size):
    """Fills in the form, scores it, and compares with /predict."""
    with Browser(base, size, "light", screenshots) as browser:
        browser.stand_between()
        browser.open(f"/#{name}")
        browser.ready()
        controls = {control.get_attribute("name"): control
                    for control in browser.all("#fields input, #fields select")}
        assert set(texts) == set(controls), controls
        for feature, text in texts.items():
            enter(browser, controls[feature], text)
        browser.find("#score").click()
        browser.wait(lambda: browser.all(".percent"))
        assert browser.run("return between.scored") == [record]
        shown = browser.find(".percent").text
        browser.check_accessible()
        browser.check_fits()
        browser.screenshot(f"own-{name}-{size[0]}")
        browser.check_quiet()
    status, answer = call(base, "/predict", {
        "backend": "local", "local_model_path": f"own/{name}", "model_name": name,
        "sample": [record]})
    assert status == 200, answer
    [[_, probability]] = answer["Prediction Output"]
    digits = float("".join(sign for sign in shown if sign in "0123456789."))
    assert abs(digits - 100 * probability) <= 0.06, (shown, probability)


def check_own_table():
    write_table()
    schema = {
        "label": {"column": "outcome", "positive": "bad"},
        "features": [
            {"column": "amount", "kind": "number"}, {"column": "purpose", "kind": "category"},
            {"column": "shop", "kind": "category", "encoding": "native", "rare_below": 0.02},
            {"column": "is_owner", "kind": "boolean"},
            {"column": "issued_on", "kind": "date", "parts": ["days", "month"]}],
    }
    train("own", "table.csv", schema=schema)
    _, model = call(base, "/models/own")
    features = {feature["name"]: feature for feature in model["features"]}
    assert features["shop"]["categories"][-1] == "(rare)"
    texts = {"amount": "1234.5", "purpose": 'say "radio"', "shop": "(rare)", "is_owner": "false",
             "issued_on": "2020-02-29"}
    record = {**texts, "amount": 1234.5, "is_owner": False}
    for size in (WIDE, NARROW):
        scored("own", texts, record, size)
    with Browser(base, WIDE, "light", screenshots) as browser:
        browser.open("/#own")
        browser.ready()
        options = [option.get_attribute("value")
                   for option in browser.all("#fields select[name=purpose] option")]
        assert options == ["", "car, new", 'say "radio"', "school"], options
        hint = features["amount"]["range"]
        assert f"{numpy.float32(hint['minimum'])}"[:3] in browser.text("#feature-amount-hint")
        browser.check_quiet()


def check_numbers():
    """A model of numbers shows how far it is off."""
    train("loss", "table.csv", label="amount")
    _, model = call(base, "/models/loss")
    assert set(model["scores"]) == {"rmse", "mae", "r2", "support"}
    with Browser(base, WIDE, "light", screenshots) as browser:
        browser.open("/#loss")
        browser.ready()
        assert len(browser.all("#tiles dt")) == 3
        browser.check_accessible()
        browser.check_quiet()


def check_german_credit():
    data = os.environ.get("LOAN_DEFAULT_TEST_DATA")
    table = pathlib.Path(data).parent / "german_credit.csv" if data else None
    if table is None or not table.exists():
        return
    shutil.copy(table, FOLDER)
    train("german", table.name, label="creditability=bad")
    _, model = call(base, "/models/german")
    texts, record = {}, {}
    for feature in model["features"]:
        name, kind = feature["name"], feature["kind"]
        if kind == "category":
            texts[name] = record[name] = feature["categories"][-1]
        elif kind == "boolean":
            texts[name], record[name] = "false", False
        else:
            texts[name] = f"{feature['range']['low']:g}"
            record[name] = float(texts[name])
    kinds = {feature["kind"] for feature in model["features"]}
    assert kinds == {"number", "category", "boolean"}, kinds
    scored("german", texts, record, WIDE)


check_own_table()
check_numbers()
check_german_credit()
print(json.dumps({"right": True}))
