# SPDX-License-Identifier: Apache-2.0
"""How good a model is, in chromium: what a threshold does and its errors cost, gains, calibration
with intervals, the versions side by side and the way back, and how far a training is.

    page_quality.py PORT STORAGE [SCREENSHOTS]
"""
import json
import pathlib
import sys
import urllib.request

from browser import NARROW, WIDE, Browser
from protocol_model import MODEL, call, load

port, storage, *rest = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
screenshots = pathlib.Path(rest[0]) if rest else None


def window(size=WIDE, theme="light"):
    browser = Browser(base, size, theme, screenshots)
    browser.open(f"/#{MODEL}")
    browser.wait(lambda: browser.all("#costs svg"))
    return browser


def histogram():
    counts = call(base, f"/models/{MODEL}")[1]["evaluation"]["histogram"]
    return counts["defaults"], counts["non_defaults"]


def slide(browser, name, value):
    browser.run("const input = document.getElementById(arguments[0]); input.value = arguments[1];"
                "input.dispatchEvent(new Event('input', { bubbles: true }));", name, value)


def cells(browser, selector):
    return [[cell.text for cell in row.find_elements("css selector", "th, td")]
            for row in browser.all(f"{selector} tr")]


def cost(percent, ratio):
    defaults, others = histogram()
    return ratio * sum(defaults[:percent]) + sum(others[percent:])


def check_threshold():
    defaults, others = histogram()
    with window() as browser:
        for percent, ratio in [(50, 5), (0, 1), (100, 50), (23, 7)]:
            slide(browser, "threshold-percent", percent)
            slide(browser, "threshold-ratio", ratio)
            assert browser.text("#threshold-value") == f"{percent}%"
            wanted = [[name, f"{sum(counts[percent:]):,}", f"{sum(counts[:percent]):,}"]
                      for name, counts in [("Defaulted", defaults), ("Repaid", others)]]
            assert cells(browser, "#confusion") == wanted, (cells(browser, "#confusion"), wanted)
            said = browser.text("#threshold-sentence")
            assert f"The errors cost {cost(percent, ratio):,}" in said, said
        best = min(range(101), key=lambda percent: (cost(percent, 7), percent))
        browser.click("#threshold-best")
        assert browser.text("#threshold-value") == f"{best}%", best
        assert "the least of all thresholds" in browser.text("#threshold-sentence")
        assert not browser.find("#threshold-best").is_enabled()
        assert browser.focused() == "threshold-percent"
        browser.check_accessible()
        browser.check_quiet()


def check_curves():
    defaults, others = histogram()
    with window() as browser:
        gains = json.loads(browser.imported("threshold.js", "m.gainsOf(a[0])", {
            "defaults": defaults, "non_defaults": others}))
        rows = sum(defaults) + sum(others)
        for percent, point in zip(range(100, -1, -1), gains, strict=True):
            found = sum(defaults[percent:])
            assert abs(point["found"] - found / sum(defaults)) < 1e-12
            assert abs(point["rows"] - (found + sum(others[percent:])) / rows) < 1e-12
        # Wilson's interval, by the values of its definition: the ends z² (1 - p) p / n away.
        for share, count in [(0, 10), (0.3, 50), (1, 7), (0.5, 1)]:
            ends = json.loads(browser.imported("curves.js", "m.wilson(a[0], a[1])", share, count))
            for end in [ends["lower"], ends["upper"]]:
                distance = (share - end) ** 2 * count
                reach = 1.959963984540054 ** 2 * end * (1 - end)
                assert abs(distance - reach) < 1e-9 or end in (0, 1)
        filled = [bin for bin in call(base, f"/models/{MODEL}")[1]["evaluation"]["calibration"]
                  if bin["rows"]]
        assert len(browser.all("#calibration svg .interval")) == len(filled)
        browser.check_quiet()


def check_drift():
    """The rows that were scored, against those of the training, by column and window."""
    drift = call(base, f"/models/{MODEL}/drift")[1]
    with window() as browser:
        browser.wait(lambda: len(browser.all("#drift-rows tr")) == 1 + len(drift["features"]))
        shown = cells(browser, "#drift-rows")
        assert shown[0][0] == "The estimate", shown
        before = drift["score"]["rows"]
        browser.click("#example")
        browser.click("#score")
        browser.wait(lambda: browser.all(".percent"))
        for choice in ["1h", "7d"]:
            browser.run("const select = document.getElementById('drift-window');"
                        "select.value = arguments[0];"
                        "select.dispatchEvent(new Event('change', { bubbles: true }));", choice)
            after = call(base, f"/models/{MODEL}/drift?window={choice}")[1]
            assert after["score"]["rows"] > before
            said = f"{after['score']['rows']:,} rows of this server"
            browser.wait(lambda: said in browser.text("#drift-lead"))
        row = next(row for row in cells(browser, "#drift-rows") if row[0] == "Grade")
        grade = next(feature for feature in after["features"] if feature["name"] == "loan_grade")
        assert row[2] == f"{grade['csi']:.3f}" and row[6] == "Too few rows", row
        assert len(browser.all(".drift-bar .bar-mark")) == len(shown)
        assert "too few" in browser.text("#drift-notes")
        browser.check_accessible()
        browser.check_quiet()


def versions():
    return call(base, f"/models/{MODEL}/versions")[1]["versions"]


def train(rounds):
    """Begins a training and gives its job."""
    body = {"backend": "local", "local_data_path": "data", "local_model_path": "models",
            "model_name": MODEL, "parameters": {"rounds": rounds}}
    status, job = call(base, "/train", body, {"Prefer": "respond-async"})
    assert status == 202, job
    return job["id"]


def check_training():
    """A training that runs is seen, and its version is listed once it is done."""
    before = len(versions())
    with window() as browser:
        identifier = train(4000)
        browser.driver.refresh()
        browser.wait(lambda: "Training" in browser.text("#jobs"))
        assert browser.all("#job-rows progress")
        browser.check_accessible()
        cancel(identifier)
        browser.wait(lambda: "cancelled" in browser.text("#job-rows"))
        train(6)
        browser.driver.refresh()
        browser.wait(lambda: len(versions()) == before + 1)
        browser.driver.refresh()
        browser.wait(lambda: len(browser.all("#version-rows tr")) == before + 1)
        browser.check_quiet()


def cancel(identifier):
    request = urllib.request.Request(f"{base}/jobs/{identifier}", method="DELETE")
    urllib.request.urlopen(request, timeout=60).close()


def check_versions():
    newest, earlier = versions()[:2]
    assert newest["is_current"]
    with window() as browser:
        browser.wait(lambda: len(browser.all("#version-rows tr")) >= 2)
        rows = cells(browser, "#version-rows")
        assert [row[0] for row in rows] == [version["version"] for version in versions()]
        assert rows[0][-1] == "In service" and rows[1][-1] == "Go back to it", rows
        browser.check_accessible()
        # The first click asks; leaving the button takes it back.
        browser.click("#version-rows tr:nth-child(2) button")
        browser.click("#versions-title")
        assert browser.text("#version-rows tr:nth-child(2) button") == "Go back to it"
        browser.click("#version-rows tr:nth-child(2) button")
        browser.click("#version-rows tr:nth-child(2) button")
        said = f"{MODEL} is {earlier['version']} now."
        browser.wait(lambda: browser.text("#version-note").startswith(said))
        assert cells(browser, "#version-rows")[1][-1] == "In service"
        current = [version["version"] for version in versions() if version["is_current"]]
        assert current == [earlier["version"]]
        assert call(base, f"/models/{MODEL}")[1]["version"] == earlier["version"]
        browser.check_quiet()


def check_card():
    """The card of a model whose data has a protected column, with its groups, and as files."""
    data = {"backend": "local", "local_path": "a.csv", "target_path": "card-data", "size": 3000,
            "protected": ["person_home_ownership"], "calibration_share": 0.2}
    status, answer = call(base, "/data", data)
    assert status == 200, answer
    name = "carded"
    body = {"backend": "local", "local_data_path": "card-data", "local_model_path": "models",
            "model_name": name, "parameters": {"rounds": 10}, "calibration": "platt",
            "card": {"purpose": "To <b>try</b> the page."}}
    status, answer = call(base, "/train", body)
    assert status == 200, answer
    place = {"backend": "local", "local_model_path": "models"}
    status, answer = call(base, f"/v2/repository/models/{name}/load", {"parameters": place})
    assert status == 200, answer
    status, card = call(base, f"/models/{name}/card")
    assert status == 200, card
    [column] = card["fairness"]
    with Browser(base, screenshots=screenshots) as browser:
        browser.open(f"/#{name}")
        browser.wait(lambda: browser.find("#card").is_displayed())
        rows = cells(browser, "#card .groups tbody")
        assert [row[1] for row in rows] == [f"{group['rows']:,}" for group in column["groups"]]
        assert sum("(reference)" in row[0] for row in rows) == 1
        for row, group in zip(rows, column["groups"], strict=True):
            assert row[0].split(" (")[0] == group["name"]
            if group["fisher_p"] is not None:
                assert row[6] == f"{group['fisher_p']:.3f}", (row, group)
        said = browser.text("#card-parts")
        assert "Purpose: To <b>try</b> the page." in said, said
        assert f"platt, by {card['calibration']['rows']:,} rows" in said
        assert all(limit in said for limit in card["limits"])
        auc = card["figures"]["raw"]["auc"]
        shown = cells(browser, "#version-rows")[0][1]
        assert shown == f"{auc['value']:.4f} ({auc['lower']:.4f}–{auc['upper']:.4f})", shown
        for kind, begins in [("markdown", "# "), ("json", "{")]:
            browser.run("window.kept = null; const made = URL.createObjectURL;"
                        "URL.createObjectURL = (blob) => { blob.text().then((text) =>"
                        " { window.kept = text; }); return made(blob); };")
            browser.click(f"#card-{kind}")
            browser.wait(lambda: browser.run("return window.kept"))
            assert browser.run("return window.kept").startswith(begins)
        browser.check_fits()
        browser.check_accessible()
        browser.screenshot("card")
        browser.check_quiet()


def check_look():
    for size, width in [(WIDE, "wide"), (NARROW, "narrow")]:
        for theme in ["light", "dark"]:
            with window(size, theme) as browser:
                browser.wait(lambda: browser.all("#version-rows tr"))
                browser.check_fits()
                browser.check_accessible()
                browser.screenshot(f"quality-{width}-{theme}")
                browser.check_quiet()


load(base)
check_threshold()
check_curves()
check_drift()
check_training()
check_versions()
check_card()
check_look()
