# SPDX-License-Identifier: Apache-2.0
"""The pages for people in chromium: what they show, by keyboard alone, in both themes and on a
phone, without a word on the console and without a request to anybody else.

    page_in_browser.py PORT STORAGE [SCREENSHOTS]
"""
import pathlib
import sys

from selenium.webdriver.common.keys import Keys

from browser import NARROW, WIDE, Browser
from protocol_model import CATEGORIES, MODEL, PLACE, call, load

port, storage, *rest = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
screenshots = pathlib.Path(rest[0]) if rest else None


def window(size=WIDE, theme="light"):
    return Browser(base, size, theme, screenshots)


def score_example(browser):
    """Fills in the example and scores it, with the keyboard alone; the percentage shown."""
    browser.wait(lambda: browser.find("#application").is_displayed())
    browser.tab_to("example")
    browser.keys(Keys.ENTER)
    browser.tab_to("feature-person_age")
    browser.keys(Keys.ENTER)
    browser.wait(lambda: browser.all(".percent"))
    return browser.find(".percent").text


def record(browser):
    """The application in the form."""
    fields = {field.get_attribute("name"): field.get_attribute("value")
              for field in browser.all("#fields input, #fields select")}
    return {name: (value or None) if name in CATEGORIES else float(value) if value else None
            for name, value in fields.items()}


def check_empty():
    with window() as browser:
        browser.open("/")
        browser.wait(lambda: browser.find("#empty").is_displayed())
        assert not browser.find("#scoring").is_displayed()
        browser.check_accessible()
        browser.screenshot("empty")
        browser.check_quiet()


def check_scoring():
    _, model = call(base, f"/models/{MODEL}")
    with window() as browser:
        browser.open("/")
        shown = score_example(browser)
        # Fields and choices are those of the model.
        names = [field.get_attribute("name") for field in browser.all("#fields input, #fields select")]
        assert sorted(names) == sorted(feature["name"] for feature in model["features"])
        for feature in model["features"]:
            if feature["kind"] == "category":
                choices = browser.all(f"#feature-{feature['name']} option")
                values = [choice.get_attribute("value") for choice in choices]
                assert values == ["", *feature["categories"]]
        # What is shown is what the documented call answers.
        body = {**PLACE, "model_name": MODEL, "sample": [record(browser)]}
        [[label, probability]] = call(base, "/predict", body)[1]["Prediction Output"]
        assert abs(float(shown.rstrip("%")) - 100 * probability) <= 0.0501, (shown, probability)
        badge = browser.find(".badge").text
        assert badge == ("Likely to default" if label == "True" else "Likely to be repaid")
        histogram = model["evaluation"]["histogram"]
        rows = sum(histogram["defaults"]) + sum(histogram["non_defaults"])
        sentences = [sentence.text for sentence in browser.all(".sentence")]
        assert any(f"of {rows:,} applications" in text for text in sentences), sentences
        explained = call(base, f"/v1/models/{MODEL}:explain",
                         {"instances": [record(browser)], "decisions": True})[1]
        [decision] = explained["decisions"]
        verdict = [part.text for part in browser.all(".verdict dd")]
        words = {"approve": "Approved", "refer": "A person decides", "decline": "Declined"}
        said = [str(decision["points"]), decision["band"], words[decision["decision"]]]
        assert verdict == said, (verdict, said)
        # Missing values are an answer too, where the model has a median; a wrong one is refused
        # next to its field.
        length = browser.find("#feature-person_emp_length")
        assert not browser.is_outdated()
        length.clear()
        length.send_keys("twenty", Keys.ENTER)
        browser.wait(lambda: browser.problem("person_emp_length"))
        # The estimate is of another application than the form shows.
        assert browser.is_outdated()
        assert browser.focused() == "feature-person_emp_length"
        # The field next to it stays in its line.
        neighbor = browser.find("#feature-person_home_ownership")
        assert neighbor.rect["y"] == length.rect["y"]
        assert length.get_attribute("aria-invalid") == "true"
        browser.find("#example").click()
        assert not browser.problem("person_emp_length")
        length.clear()
        length.send_keys(Keys.ENTER)
        browser.wait(lambda: not browser.is_outdated())
        [[_, probability]] = call(base, "/predict", {**body, "sample": [record(browser)]})[1]["Prediction Output"]
        assert abs(float(browser.find(".percent").text.rstrip("%")) - 100 * probability) <= 0.0501
        browser.find("button[type=reset]").click()
        browser.wait(lambda: browser.all(".placeholder"))
        assert not browser.all(".percent")
        browser.check_quiet()


def check_quality():
    _, model = call(base, f"/models/{MODEL}")
    with window() as browser:
        browser.open("/")
        browser.wait(lambda: browser.all("#importance svg"))
        assert len(browser.all("#roc svg .curve")) == 1
        filled = [bin for bin in model["evaluation"]["calibration"] if bin["rows"]]
        assert len(browser.all("#calibration svg .dot")) == len(filled)
        assert len(browser.all("#importance svg .bar-mark")) == len(model["importances"]) > 5
        assert f"{model['scores']['auc']:.3f}" in browser.find("#tiles").text
        row = browser.find("#model-rows tr").text
        assert MODEL in row and f"{model['scores']['auc']:.3f}" in row
        # Each chart has its numbers as a table.
        assert len(browser.all("figure details table")) == 6
        browser.check_quiet()


def check_look():
    for size, width in [(WIDE, "wide"), (NARROW, "narrow")]:
        papers = set()
        for theme in ["light", "dark"]:
            with window(size, theme) as browser:
                browser.open("/")
                score_example(browser)
                browser.check_fits()
                browser.check_accessible()
                papers.add(browser.style("body", "background-color"))
                browser.screenshot(f"page-{width}-{theme}")
                browser.check_quiet()
        assert len(papers) == 2, "one look for both themes"
    with window(theme="light") as browser:
        browser.open("/")
        before = browser.style("body", "background-color")
        for _ in range(2):
            browser.find("#theme").click()
        assert browser.find("#theme").text == "Dark"
        dark = browser.style("body", "background-color")
        assert dark != before
        browser.driver.refresh()
        assert browser.find("#theme").text == "Dark"
        # The choice holds for the other page, too.
        browser.open("/docs")
        assert browser.style("body", "background-color") == dark
        assert browser.find("#theme").text == "Dark"


def check_documentation():
    _, specification = call(base, "/openapi.json")
    count = sum(len(item) for item in specification["paths"].values())
    for size, width in [(WIDE, "wide"), (NARROW, "narrow")]:
        with window(size) as browser:
            browser.open("/docs#predict")
            browser.wait(lambda: browser.all("#predict[open]"))
            assert len(browser.all(".operation")) == count
            assert "person_income" in browser.find("#predict").text
            browser.check_fits()
            browser.check_accessible()
            browser.screenshot(f"docs-{width}")
            browser.check_quiet()


check_empty()
load(base)
check_scoring()
check_quality()
check_look()
check_documentation()
