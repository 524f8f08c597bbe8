# SPDX-License-Identifier: Apache-2.0
"""Why an estimate is what it is, in chromium: the chart of reasons, the list for a letter, changes
of the application and of the decision, and a table that is scored in the page.

    page_reasons.py PORT STORAGE [SCREENSHOTS]
"""
import csv
import io
import json
import pathlib
import sys

from selenium.webdriver.common.keys import Keys

from browser import WIDE, Browser
from protocol_model import MODEL, applications, call, load, records

port, storage, *rest = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
screenshots = pathlib.Path(rest[0]) if rest else None
PHONE = (390, 844)
POLICY = {
    "decisions": {"of": "probability", "approve_below": 0.1, "decline_from": 0.5},
    "rules": [{"code": "R01", "text": "The applicant is under 21.", "feature": "person_age",
               "is": "below", "value": 21}],
    "changeable": [{"feature": "loan_amnt", "direction": "down"}, {"feature": "loan_intent"},
                   {"feature": "person_home_ownership"}],
}


def window(size=WIDE, theme="light"):
    browser = Browser(base, size, theme, screenshots)
    browser.stand_between()
    browser.open(f"/#{MODEL}")
    browser.ready()
    return browser


def explain(record, **more):
    status, answer = call(base, f"/v1/models/{MODEL}:explain", {
        "instances": [record], "reasons": {"max": 4, "contributions": True}, **more})
    assert status == 200, answer
    return answer


def fill(browser, **texts):
    browser.fill_example()
    for name, text in texts.items():
        browser.type(name, text)
    assert browser.scored()
    return browser.run("return between.scored.at(-1)")


def bars(browser, mark):
    return browser.all(f"#reasons svg .{mark}")


def check_reasons(size, theme):
    with window(size, theme) as browser:
        record = fill(browser, person_age="19", loan_amnt="20000")
        answer = explain(record, decisions=True)
        [explanation], [decision] = answer["explanations"], answer["decisions"]
        # As many bars as features move the estimate, each to its side.
        moved = [value for value in explanation["contributions"].values() if value != 0]
        shown = len(bars(browser, "defaulted")) + len(bars(browser, "paid"))
        assert shown == (len(moved) if len(moved) <= 9 else 9), (shown, len(moved))
        assert len(bars(browser, "ghost")) == 0
        label = browser.find("#reasons svg").get_attribute("aria-label")
        assert label.startswith("Raised by ") and "lowered by" in label, label
        numbers = browser.run("return [...document.querySelectorAll('#reasons tbody tr')].map("
                              "(row) => row.textContent)")
        assert numbers[0].startswith("Average of training"), numbers
        # The letter has the rule that decides, and then the reasons.
        wanted = [rule["text"] for rule in decision["rules"]]
        wanted += [reason["text"] + "." for reason in explanation["reasons"]]
        listed = browser.run("return [...document.querySelectorAll('#principal li')].map("
                             "(item) => item.firstChild.textContent)")
        assert decision["rules"] and listed == wanted, (listed, wanted)
        assert browser.text("#letter-title") == "Principal reasons"
        assert MODEL in browser.text("#letter-of")
        browser.driver.execute_cdp_cmd("Browser.grantPermissions", {
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
        browser.click("#copy")
        browser.wait(lambda: browser.text("#copied") == "Copied.")
        copied = browser.driver.execute_async_script(
            "const done = arguments[0]; navigator.clipboard.readText().then(done);")
        assert copied == "\n".join(f"{at + 1}. {text}" for at, text in enumerate(wanted)), copied
        browser.check_fits()
        browser.check_accessible()
        browser.screenshot(f"reasons-{size[0]}-{theme}")
        browser.check_quiet()


def follows(browser, amount):
    """Waits until the estimate that is shown is of this amount; it is drawn again until then."""
    browser.wait(lambda: browser.run(
        "return between.scored.at(-1).loan_amnt === arguments[0]"
        " && document.getElementById('outcome').textContent.includes('Before your changes')"
        " && document.getElementById('outdated').textContent === ''", amount))


def check_what_if():
    with window() as browser:
        fill(browser, loan_amnt="20000")
        first = browser.text(".percent")
        browser.click("#follow")
        browser.type("loan_amnt", "4000")
        follows(browser, 4000)
        assert not browser.is_outdated()
        now = browser.text(".percent")
        assert now != first
        assert f"Before your changes {first}, now {now}." in browser.text("#outcome")
        assert len(bars(browser, "ghost")) > 0
        # A form with a wrong field is not scored, and its estimate is called outdated.
        count = browser.run("return between.scored.length")
        browser.type("loan_amnt", "many")
        browser.driver.execute_async_script("setTimeout(arguments[0], 600)")
        assert browser.run("return between.scored.length") == count and browser.is_outdated()
        browser.check_accessible()
        browser.click("#undo")
        follows(browser, 20000)
        assert browser.text(".percent") == first
        browser.click("#follow")
        browser.type("loan_amnt", "4000")
        assert browser.is_outdated()
        browser.check_quiet()


def check_changes():
    with window() as browser:
        record = fill(browser, loan_amnt="20000")
        [changes] = explain(record, changes=True)["changes"]
        # By keyboard alone.
        browser.run("document.getElementById('find-changes').focus()")
        browser.keys(Keys.ENTER)
        browser.wait(lambda: browser.all("#changes .sentence"))
        listed = [item.text for item in browser.all("#changes li")]
        assert len(listed) == len(changes["one"]) + bool(changes["two"]), (listed, changes)
        if changes["one"]:
            assert " instead of " in listed[0], listed
        browser.check_accessible()
        browser.check_quiet()


def write_table(path, rows):
    names = list(rows[0])
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *names])
        for index, row in enumerate(rows):
            fields = ["" if row[name] is None else row[name] for name in names]
            writer.writerow([f"=A{index}", *fields])


def upload(browser, path):
    browser.find("#file").send_keys(str(path))
    browser.wait(lambda: browser.find("#table-result").is_displayed()
                 or browser.text("#table-problem"))


def check_table(size, theme):
    rows = records(applications(storage, 600))
    path = pathlib.Path(storage) / "upload.csv"
    write_table(path, rows)
    with window(size, theme) as browser:
        # The policy of the page lets nobody read a blob: what is made is looked at as it is made.
        browser.run("const made = URL.createObjectURL; window.made = [];"
                    "URL.createObjectURL = (blob) => {"
                    "  window.made.push(blob); return made.call(URL, blob); };")
        upload(browser, path)
        assert not browser.text("#table-problem"), browser.text("#table-problem")
        said = browser.text("#table-result")
        assert said.startswith("600 rows scored: "), said
        assert browser.find("#table-download").get_attribute("download") == "upload-scored.csv"
        text = browser.driver.execute_async_script(
            "const done = arguments[0]; window.made.at(-1).text().then(done);")
        scored = list(csv.DictReader(io.StringIO(text)))
        assert len(scored) == 600
        # A part of several calls is as /v1 answers it.
        for index in (0, 249, 250, 599):
            answer = explain(rows[index], decisions=True)
            [decision], [explanation] = answer["decisions"], answer["explanations"]
            row = scored[index]
            assert row["id"] == f"'=A{index}", row
            assert float(row["probability"]) == answer["predictions"][0]
            assert (row["points"], row["band"], row["decision"]) == (
                str(decision["points"]), decision["band"], decision["decision"])
            assert row["rules"] == " ".join(rule["code"] for rule in decision["rules"])
            for at in range(4):
                reason = explanation["reasons"][at] if at < len(explanation["reasons"]) else None
                assert row[f"reason_{at + 1}"] == (reason["code"] if reason else ""), row
                assert row[f"text_{at + 1}"] == (reason["text"] if reason else ""), row
        browser.check_fits()
        browser.check_accessible()
        browser.screenshot(f"table-{size[0]}-{theme}")
        # A busy server is asked again.
        browser.check_quiet(but=["429", "503", "504"])


def check_wrong_tables():
    names = [feature["name"] for feature in call(base, f"/models/{MODEL}")[1]["features"]]
    row = records(applications(storage, 1))[0]
    line = ",".join("" if row[name] is None else str(row[name]) for name in names)
    header = ",".join(names)
    wrong = row["person_age"]
    with window() as browser:
        for index, (text, problem) in enumerate([
            ("", "The table has no rows below its header."),
            (header + "\n", "The table has no rows below its header."),
            (header.replace("loan_grade", "grade") + f"\n{line}\n",
             "The table has no column loan_grade."),
            (f"{header}\n{line},1\n",
             f"Row 1 has {len(names) + 1} fields, and the header has {len(names)}."),
            (f'{header}\n"{line}\n', "The quotes that begin in line 2 have no end."),
            (f"{header}\n{line}\n{line.replace(str(wrong), 'old', 1)}\n", "Rows 1 to 2: "),
        ]):
            path = pathlib.Path(storage) / f"wrong{index}.csv"
            path.write_text(text)
            upload(browser, path)
            said = browser.text("#table-problem")
            assert said.startswith(problem), (text, said)
            assert not browser.find("#table-result").is_displayed()
        browser.check_accessible()
        browser.check_quiet(but=["400"])


def check_csv():
    """Tables as they come from elsewhere, and texts that a spreadsheet would run."""
    with window() as browser:
        def parsed(text):
            return json.loads(browser.imported("csv.js", "m.parse(a[0])", text))
        assert parsed('a,b\r\n1,"x, ""y"""\r\n') == [["a", "b"], ["1", 'x, "y"']]
        assert parsed("\ufeffa;b\n1,5;2\n") == [["a", "b"], ["1,5", "2"]]
        assert parsed('a\tb\n"1\n2"\t\n\n3\t4') == [["a", "b"], ["1\n2", ""], ["3", "4"]]
        lines = json.loads(browser.imported(
            "csv.js", "m.line(a)", "=1+1", "-2", "-x", "-1+a", "+3.5", "a,b", 'q"', None, 4))
        assert lines == "'=1+1,-2,'-x,'-1+a,+3.5,\"a,b\",\"q\"\"\",,4\n", lines


load(base)
status, answer = call(base, f"/models/{MODEL}/policy", {"policy": POLICY})
assert status == 200, answer
check_reasons(WIDE, "light")
check_reasons(WIDE, "dark")
check_reasons(PHONE, "light")
check_reasons(PHONE, "dark")
check_what_if()
check_changes()
check_table(WIDE, "light")
check_table(PHONE, "dark")
check_wrong_tables()
check_csv()
