# SPDX-License-Identifier: Apache-2.0
"""The pages for people in chromium: what they show, by keyboard alone, in both themes and on a
phone, without a word on the console and without a request to anybody else.

    page_in_browser.py PORT STORAGE [SCREENSHOTS]
"""
import pathlib
import sys

from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from protocol_model import CATEGORIES, MODEL, PLACE, call, load

port, storage, *rest = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
screenshots = pathlib.Path(rest[0]) if rest else None
WIDE, NARROW = (1280, 900), (380, 844)


class Browser:
    """One window of chromium."""

    def __init__(self, size=WIDE, theme="light"):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        # Chromium's own sandbox needs rights that a container's root does not have.
        for flag in ["headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu",
                     "hide-scrollbars", "disable-background-networking"]:
            options.add_argument(f"--{flag}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.ChromeService("/usr/bin/chromedriver")
        self.driver = webdriver.Chrome(options=options, service=service)
        self.size = size
        self.resize(size[1])
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": theme}]})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def resize(self, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": self.size[0], "height": height, "deviceScaleFactor": 1,
            "mobile": self.size[0] < 600})

    def open(self, path):
        self.driver.get(base + path)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, condition):
        return WebDriverWait(self.driver, 30).until(lambda _: condition())

    def keys(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def focused(self):
        return self.driver.switch_to.active_element.get_attribute("id")

    def tab_to(self, name):
        for _ in range(40):
            self.keys(Keys.TAB)
            if self.focused() == name:
                return
        raise AssertionError(f"no way to {name} by keyboard")

    def style(self, selector, name):
        return self.find(selector).value_of_css_property(name)

    def check_quiet(self):
        """Nothing on the console, which is where violations of the policy are told."""
        said = [entry["message"] for entry in self.driver.get_log("browser")]
        assert not said, said
        asked = [entry["message"] for entry in self.driver.get_log("performance")
                 if "Network.requestWillBeSent\"" in entry["message"]]
        foreign = [message for message in asked if f"\"url\":\"{base}/" not in message
                   and "\"url\":\"data:" not in message]
        assert asked and not foreign, foreign

    def check_accessible(self):
        """axe finds no violation of WCAG 2.1 AA or of its best practices."""
        violations = Axe().run(self.driver)["violations"]
        assert not violations, [(rule["id"], rule["help"], [node["target"] for node in rule["nodes"]])
                                for rule in violations]

    def check_fits(self):
        width = self.driver.execute_script("return document.documentElement.scrollWidth")
        assert width <= self.size[0], f"{width} wide"

    def screenshot(self, name):
        if screenshots is None:
            return
        self.resize(self.driver.execute_script("return document.documentElement.scrollHeight"))
        self.driver.save_screenshot(str(screenshots / f"{name}.png"))
        self.resize(self.size[1])


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
    with Browser() as browser:
        browser.open("/")
        browser.wait(lambda: browser.find("#empty").is_displayed())
        assert not browser.find("#scoring").is_displayed()
        browser.check_accessible()
        browser.screenshot("empty")
        browser.check_quiet()


def check_scoring():
    _, model = call(base, f"/models/{MODEL}")
    with Browser() as browser:
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
        assert f"of {rows:,} applications" in browser.find(".sentence").text
        # Missing values are an answer too; a wrong one is refused beside its field.
        age = browser.find("#feature-person_age")
        assert not browser.find("#outdated").text
        age.clear()
        age.send_keys("twenty", Keys.ENTER)
        browser.wait(lambda: browser.find("#feature-person_age-error").text)
        # The estimate is of another application than the form shows.
        assert "has changed" in browser.find("#outdated").text
        assert browser.focused() == "feature-person_age"
        # The field beside it stays in its line.
        beside = browser.find("#feature-person_income")
        assert beside.rect["y"] == age.rect["y"]
        assert age.get_attribute("aria-invalid") == "true"
        browser.find("#example").click()
        assert not browser.find("#feature-person_age-error").text
        age.clear()
        age.send_keys(Keys.ENTER)
        browser.wait(lambda: not browser.find("#feature-person_age-error").text)
        browser.wait(lambda: not browser.find("#outdated").text)
        browser.find("button[type=reset]").click()
        browser.wait(lambda: browser.all(".placeholder"))
        assert not browser.all(".percent")
        browser.check_quiet()


def check_quality():
    _, model = call(base, f"/models/{MODEL}")
    with Browser() as browser:
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
        assert len(browser.all("figure details table")) == 4
        browser.check_quiet()


def check_look():
    for size, width in [(WIDE, "wide"), (NARROW, "narrow")]:
        papers = set()
        for theme in ["light", "dark"]:
            with Browser(size, theme) as browser:
                browser.open("/")
                score_example(browser)
                browser.check_fits()
                browser.check_accessible()
                papers.add(browser.style("body", "background-color"))
                browser.screenshot(f"page-{width}-{theme}")
                browser.check_quiet()
        assert len(papers) == 2, "one look for both themes"
    with Browser(theme="light") as browser:
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
        with Browser(size) as browser:
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
