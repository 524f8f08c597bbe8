# SPDX-License-Identifier: Apache-2.0
"""The page in chromium before a server with tokens: what it says of none, a wrong one, one that
allows too little, and one that is withdrawn while it is in use.

    page_access.py PORT STORAGE TOKENS [SCREENSHOTS]
"""
import pathlib
import sys
import time

from browser import Browser
from protocol_model import call

port, storage, tokens, *rest = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
screenshots = pathlib.Path(rest[0]) if rest else None
# As the server was started with.
READER, WRITER, LATER = "reader-0123456789", "writer-0123456789", "later-0123456789"
REFUSED = ["401", "403"]


def status(token):
    return call(base, "/models", headers={"Authorization": f"Bearer {token}"})[0]


def enter(browser, token):
    field = browser.find("#token")
    field.clear()
    field.send_keys(token)
    browser.find("#access button").click()


def check_tokens():
    with Browser(base, screenshots=screenshots) as browser:
        browser.open("/")
        browser.wait(lambda: browser.find("#access").is_displayed())
        assert browser.text("#token-problem") == "The server asks for a token that allows predictions."
        assert browser.focused() == "token"
        enter(browser, "wrong-0123456789")
        browser.wait(lambda: "does not accept this token" in browser.text("#token-problem"))
        field = browser.find("#token")
        assert field.get_attribute("aria-invalid") == "true" and browser.focused() == "token"
        assert "token-problem" in field.get_attribute("aria-describedby").split()
        browser.check_accessible()
        browser.screenshot("token-wrong")
        for text in ["two words", "tök-0123456789", ""]:
            enter(browser, text)
            assert browser.text("#token-problem") == "A token has letters, digits and signs, and no blanks within."
        enter(browser, WRITER)
        browser.wait(lambda: "lacks the scope predict." in browser.text("#token-problem"))
        assert not browser.find("#scoring").is_displayed()
        enter(browser, f" {READER} ")
        browser.ready()
        assert not browser.find("#access").is_displayed()
        browser.check_quiet(but=REFUSED)

        # The token is withdrawn while it is in use.
        browser.fill_example()
        first = browser.scored()
        pathlib.Path(tokens).write_text(f"predict {LATER}\n")
        end = time.monotonic() + 60
        while status(READER) != 401:
            assert time.monotonic() < end, "the server keeps a token that is withdrawn"
            time.sleep(0.2)
        browser.type("person_income", "12000")
        browser.scored()
        browser.wait(lambda: browser.find("#access").is_displayed())
        assert "mistyped, expired or withdrawn" in browser.text("#token-problem")
        assert browser.text(".percent") == first and browser.is_outdated()
        browser.screenshot("token-withdrawn")
        # The form is as it was, and is scored with the next token.
        enter(browser, LATER)
        browser.wait(lambda: not browser.find("#access").is_displayed())
        browser.wait(lambda: browser.text(".percent") != first)
        assert not browser.is_outdated()
        assert browser.find("#feature-person_income").get_attribute("value") == "12000"
        browser.check_quiet(but=REFUSED)


assert status(READER) == 200
check_tokens()
