# SPDX-License-Identifier: Apache-2.0
"""The estimate in chromium: it is of the application that the form says, or called outdated.

    page_estimate.py PORT STORAGE [SCREENSHOTS]
"""
import pathlib
import sys

from browser import NARROW, WIDE, Browser
from protocol_model import MODEL, load

port, storage, *rest = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
screenshots = pathlib.Path(rest[0]) if rest else None


def window(size=WIDE, theme="light"):
    browser = Browser(base, size, theme, screenshots)
    browser.stand_between()
    browser.open("/")
    browser.ready()
    return browser


def check_outdated():
    """An estimate is never shown as if it were of another application than it is of."""
    with window() as browser:
        browser.fill_example()
        first = browser.scored()
        assert not browser.is_outdated()
        # While typing, not only when the field is left.
        browser.find("#feature-person_income").send_keys("1")
        assert browser.is_outdated()
        assert browser.text("#outdated") == "Outdated: the application has changed since this estimate."
        browser.check_accessible()
        browser.screenshot("form-outdated")
        browser.type("person_income", "48000")
        assert not browser.is_outdated()
        browser.type("person_income", "48 000")
        assert browser.is_outdated()
        assert browser.scored() == first and browser.is_outdated()
        browser.type("person_income", "12000")
        assert browser.scored() != first and not browser.is_outdated()
        browser.run("document.querySelector('#feature-loan_grade').value = 'A';"
                    "document.querySelector('#feature-loan_grade').dispatchEvent("
                    "new Event('input', { bubbles: true }))")
        assert browser.is_outdated()
        browser.click("#application button[type=reset]")
        assert not browser.all(".percent") and not browser.text("#outdated")
        browser.check_quiet()


def check_server_away():
    with window() as browser:
        browser.fill_example()
        browser.scored()
        browser.be_offline(True)
        browser.scored()
        assert browser.text("#form-problem") == "The server cannot be reached."
        assert browser.is_outdated()
        assert browser.text("#outdated") == "Outdated: the server gave no newer estimate."
        browser.check_accessible()
        browser.be_offline(False)
        assert browser.scored() and not browser.is_outdated()
        assert not browser.text("#form-problem")
        # What is not a probability is not an estimate.
        for wrong in ['{"predictions": []}', '{"predictions": ["0.5"]}', '{"predictions": [2]}', "{}"]:
            browser.run("between.change = async () => new Response(arguments[0])", wrong)
            browser.scored()
            assert browser.text("#form-problem") == "The server's answer holds no probability.", wrong
            assert browser.is_outdated()
        browser.run("between.change = async () => new Response('{\"error\": \"the queue is full\"}', "
                    "{ status: 429 })")
        browser.scored()
        assert browser.text("#form-problem") == "The queue is full."
        browser.check_quiet(but=["ERR_INTERNET_DISCONNECTED", "429"])


def check_race():
    """Of two answers the one to the latest application counts, in whichever order they come."""
    with window() as browser:
        browser.fill_example()
        first = browser.scored()
        browser.run("between.holds = true")
        browser.type("person_income", "5000")
        browser.score()
        browser.wait(lambda: len(browser.run("return between.held")) == 1)
        # The first one is on its way while the next one comes.
        browser.run("between.holds = false")
        browser.type("person_income", "90000")
        assert not browser.find("#score").get_attribute("aria-busy")
        latest = browser.scored()
        assert latest != first and not browser.is_outdated()
        browser.run("between.held.forEach((go) => go())")
        browser.driver.execute_async_script("setTimeout(arguments[0], 200)")
        assert browser.text(".percent") == latest and not browser.is_outdated()
        # A form that changes meanwhile gets no estimate of what it said before.
        browser.run("between.holds = true; between.held = []")
        browser.click("#application button[type=reset]")
        browser.fill_example()
        browser.score()
        browser.wait(lambda: len(browser.run("return between.held")) == 1)
        browser.type("person_income", "5000")
        browser.run("between.held.forEach((go) => go())")
        browser.driver.execute_async_script("setTimeout(arguments[0], 200)")
        assert not browser.all(".percent")
        assert browser.text(".placeholder") == "The application changed before its estimate came. Score it again."
        browser.check_quiet()


def check_other_model():
    """A model that cannot be had is not named over the form of another one."""
    with window() as browser:
        browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
            between.change = async (path, answer) => {
              if (path === "/models/other") return Response.json({ error: "it has gone" }, { status: 404 });
              if (path !== "/models") return answer;
              const { models } = await answer.json();
              return Response.json({ models: [...models, { ...models[0], name: "other" }] });
            };"""})
        browser.driver.refresh()
        browser.ready()
        browser.fill_example()
        shown = browser.scored()
        browser.find("#model").send_keys("other")
        browser.wait(lambda: browser.text("#problem"))
        assert browser.text("#problem") == "It has gone."
        assert browser.find("#model").get_attribute("value") == MODEL
        assert browser.text(".percent") == shown and browser.scored() == shown
        browser.check_quiet(but=["/models/other"])


def check_phone():
    for theme in ["light", "dark"]:
        with window(NARROW, theme) as browser:
            browser.fill_example()
            browser.type("loan_amnt", "1200000")
            browser.scored()
            browser.type("loan_int_rate", "13,5")
            browser.score()
            assert browser.is_outdated()
            browser.check_fits()
            browser.check_accessible()
            browser.screenshot(f"form-narrow-{theme}")
            browser.check_quiet()


load(base)
check_outdated()
check_server_away()
check_race()
check_other_model()
check_phone()
