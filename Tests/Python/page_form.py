# SPDX-License-Identifier: Apache-2.0
"""The application form in chromium: what it refuses, computes, and warns of.

    page_form.py PORT STORAGE [SCREENSHOTS]
"""
import json
import pathlib
import sys

from browser import Browser
from protocol_model import MODEL, PLACE, applications, call, load

port, storage, *rest = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
screenshots = pathlib.Path(rest[0]) if rest else None

UNKNOWN = "Enter a number in digits, such as 12.5."
# What is typed, and what it is or what is said of it.
NUMBERS = [
    ("", None), ("  ", None), ("13.5", 13.5), (" 48000 ", 48000), ("-5", -5), ("+7", 7), (".5", 0.5),
    ("13.", 13), ("1e3", 1000), ("007", 7), ("0.1", 0.1), ("3.4e38", 3.4e38),
    ("13,5", "Use a point as the decimal separator: 13.5."),
    ("-0,25", "Use a point as the decimal separator: -0.25."),
    ("0,125", "Use a point as the decimal separator: 0.125."),
    ("1234,567", "Use a point as the decimal separator: 1234.567."),
    ("48,000", "Write 48000 without a comma, or 48.000 with a point for decimals."),
    ("1,234,567", "Leave out the thousands separators: 1234567."),
    ("1,234.50", "Leave out the thousands separators: 1234.50."),
    ("1.234,50", "Leave out the thousands separators: 1234.50."),
    ("1.234.567", "Leave out the thousands separators: 1234567."),
    ("48 000", "Leave out the thousands separators: 48000."),
    ("48\u202f000,5", "Leave out the thousands separators: 48000.5."),
    ("48'000", "Leave out the thousands separators: 48000."),
    ("13.5 %", "Enter the number alone: 13.5."), ("$12000", "Enter the number alone: 12000."),
    ("24 years", "Enter the number alone: 24."), ("12000 USD", "Enter the number alone: 12000."),
    ("1e39", "This number is too large."), ("1e999", "This number is too large."),
    ("1,23,4", UNKNOWN), ("1 2", UNKNOWN), ("1.2.3", UNKNOWN), ("12k", UNKNOWN), ("twenty", UNKNOWN),
    ("0x10", UNKNOWN), ("NaN", UNKNOWN), ("Infinity", UNKNOWN), ("1_000x", UNKNOWN), ("--5", UNKNOWN),
    ("\u0663", UNKNOWN), ("\uff11\uff12", UNKNOWN), ("\u221212", UNKNOWN), ("1e", UNKNOWN), (".", UNKNOWN),
    (",", UNKNOWN), ("13,", UNKNOWN), ("null", UNKNOWN), ("true", UNKNOWN), ("5-3", UNKNOWN),
]


def window():
    browser = Browser(base, screenshots=screenshots)
    browser.stand_between()
    browser.open("/")
    browser.ready()
    return browser


def scored(browser):
    return browser.run("return between.scored")


def ranges():
    _, model = call(base, f"/models/{MODEL}")
    return {feature["name"]: feature["range"] for feature in model["features"]}


def plain(number):
    return f"{number:.2f}".rstrip("0").rstrip(".")


def check_numbers():
    """Each text is understood exactly or refused with what would be right."""
    with window() as browser:
        for text, expected in NUMBERS:
            found = json.loads(browser.imported("numbers.js", "m.understand(a[0])", text))
            right = {"problem": expected} if isinstance(expected, str) else {"number": expected}
            assert found == right, (text, found, right)
            # What is proposed is understood, and shares every digit with what was typed.
            proposal = expected.split(": ")[-1].removesuffix(".") if isinstance(expected, str) else ""
            if "Leave" in str(expected) or "Use a point" in str(expected):
                again = json.loads(browser.imported("numbers.js", "m.understand(a[0])", proposal))
                assert "number" in again, proposal
                digits = ["".join(sign for sign in each if sign.isdigit()) for each in (text, proposal)]
                assert digits[0] == digits[1], (text, proposal)
        browser.check_quiet()


def check_decimal_comma():
    with window() as browser:
        browser.fill_example()
        browser.type("loan_int_rate", "13,5")
        # Said when the field is left, in the field's own line, and by the field itself.
        assert browser.problem("loan_int_rate") == "Use a point as the decimal separator: 13.5."
        field = browser.find("#feature-loan_int_rate")
        assert field.get_attribute("aria-invalid") == "true"
        assert "feature-loan_int_rate-problem" in field.get_attribute("aria-describedby").split()
        assert browser.scored() is None
        assert scored(browser) == []
        assert browser.focused() == "feature-loan_int_rate"
        assert browser.text("#form-problem") == "No estimate. To correct: Interest rate."
        browser.check_accessible()
        browser.screenshot("form-refused")
        browser.type("loan_int_rate", "13.5")
        assert not browser.problem("loan_int_rate") and not browser.text("#form-problem")
        assert browser.scored()
        assert scored(browser)[0]["loan_int_rate"] == 13.5
        browser.check_quiet()


def check_empty_form():
    """Nothing is computed from nothing: what is missing is named."""
    with window() as browser:
        assert browser.scored() is None
        assert scored(browser) == []
        assert browser.text("#form-problem") == (
            "No estimate. Missing: Age, Annual income, Home ownership, Purpose, Grade, Amount, and "
            "Earlier default.")
        assert browser.focused() == "feature-person_age"
        assert browser.problem("person_age") == "Enter a value."
        assert browser.problem("loan_grade") == "Choose one."
        for optional in ["person_emp_length", "loan_int_rate", "cb_person_cred_hist_length"]:
            assert not browser.problem(optional)
            assert "optional" in browser.find(f"label[for=feature-{optional}]").text
        browser.check_accessible()
        browser.screenshot("form-empty")
        # A field that is filled in is no longer reproached.
        browser.type("person_age", "24")
        assert not browser.problem("person_age")
        browser.check_quiet()


def check_optional():
    """What is left empty is imputed, and the page says by what."""
    _, model = call(base, f"/models/{MODEL}")
    optional = {feature["name"]: feature["median"] for feature in model["features"]
                if feature["median"] is not None}
    assert len(optional) == 3
    with window() as browser:
        browser.fill_example()
        for name, median in optional.items():
            browser.type(name, "")
            assert f"If empty: {plain(median)}," in browser.text(f"#feature-{name}-hint")
        shown = browser.scored()
        [sent] = scored(browser)
        assert all(sent[name] is None for name in optional)
        body = {**PLACE, "model_name": MODEL, "sample": [{**sent, **optional}]}
        [[_, probability]] = call(base, "/predict", body)[1]["Prediction Output"]
        assert abs(float(shown.rstrip("%")) - 100 * probability) <= 0.0501
        browser.check_quiet()


def check_share():
    """The share of income is computed, as the data has it, and cannot be typed."""
    with window() as browser:
        share = browser.find("#feature-loan_percent_income")
        assert share.get_attribute("readonly")
        share.send_keys("25")
        assert share.get_attribute("value") == ""
        browser.fill_example()
        assert share.get_attribute("value") == "0.25"
        browser.type("person_income", "44444")
        assert share.get_attribute("value") == "0.27"
        browser.scored()
        assert scored(browser)[-1]["loan_percent_income"] == 0.27
        browser.type("person_income", "44,444")
        assert share.get_attribute("value") == ""
        browser.score()
        assert browser.text("#form-problem") == "No estimate. To correct: Annual income."
        # All rows of the table that the model was trained on.
        columns = applications(storage, 2000)
        rows = [[float(columns[name][row]) for name in ["loan_amnt", "person_income", "loan_percent_income"]]
                for row in range(len(columns["loan_amnt"]))]
        found = json.loads(browser.imported(
            "judgment.js",
            "a[0].map(([amount, income]) => m.judgeShare({ name: 'loan_percent_income', range: null }, "
            "{ value: amount }, { value: income }).value)", rows))
        # The table's shares end at 0.83.
        different = [(row, share) for row, share in zip(rows, found)
                     if abs(min(share, 0.83) - row[2]) > 1e-6]
        assert len(rows) == 2000 and not different, different[:5]
        browser.check_quiet()


def check_bounds():
    """What cannot be is refused; what training has not seen is warned of, and scored."""
    refused = [
        ("person_age", "-5", "Enter a number above 0 and up to 150."),
        ("person_age", "0", "Enter a number above 0 and up to 150."),
        ("person_age", "151", "Enter a number above 0 and up to 150."),
        ("person_income", "0", "Enter a number above 0."), ("loan_amnt", "-1", "Enter a number above 0."),
        ("loan_int_rate", "100.01", "Enter a number from 0 to 100."),
        ("loan_int_rate", "-0.5", "Enter a number from 0 to 100."),
        ("person_emp_length", "-1", "Enter a number from 0 to 150."),
        ("cb_person_cred_hist_length", "-2", "Enter a number from 0 to 150."),
    ]
    with window() as browser:
        for name, text, problem in refused:
            browser.fill_example()
            browser.type(name, text)
            assert browser.problem(name) == problem, (name, browser.problem(name))
            assert browser.scored() is None
        assert scored(browser) == []
        for name, text in [("person_age", "150"), ("loan_int_rate", "0"), ("loan_int_rate", "100"),
                           ("person_emp_length", "0")]:
            browser.fill_example()
            browser.type(name, text)
            assert not browser.problem(name) and browser.scored(), (name, text)
        browser.check_quiet()


def check_ranges():
    bounds = ranges()
    outside = "Outside what the model was trained on: {minimum} to {maximum}."
    said = {name: outside.format(**{end: plain(value) for end, value in bound.items()})
            for name, bound in bounds.items() if bound}
    assert len(said) == 7
    with window() as browser:
        for name, value in [("person_age", bounds["person_age"]["maximum"] + 1),
                            ("person_income", bounds["person_income"]["minimum"] - 1),
                            ("loan_amnt", bounds["loan_amnt"]["maximum"] + 500),
                            ("loan_int_rate", bounds["loan_int_rate"]["maximum"] + 0.5)]:
            browser.fill_example()
            assert not browser.warning(name)
            browser.type(name, plain(value))
            assert browser.warning(name) == said[name], (browser.warning(name), said[name])
            assert not browser.problem(name)
            assert browser.scored() and "Take it with care" in browser.text(".caution")
            # At the edge itself nothing is outside.
            edge = "maximum" if value > bounds[name]["maximum"] else "minimum"
            browser.type(name, repr(bounds[name][edge]))
            assert browser.warning(name) != said[name]
        # A share of 25 comes from amount and income, and is as unusual.
        browser.fill_example()
        browser.type("loan_amnt", "1200000")
        assert browser.find("#feature-loan_percent_income").get_attribute("value") == "25"
        assert browser.warning("loan_percent_income") == said["loan_percent_income"]
        browser.scored()
        assert browser.text(".caution").endswith("Rare in training, or absent: Amount and Share of income.")
        browser.check_accessible()
        browser.screenshot("form-warned")
        # Beyond one in a thousand, a value is rare.
        low, high = bounds["person_income"]["low"], bounds["person_income"]["high"]
        assert high < bounds["person_income"]["maximum"]
        browser.fill_example()
        browser.type("person_income", repr(bounds["person_income"]["maximum"]))
        rare = f"Rare in training: 998 of 1,000 applications have {plain(low)} to {plain(high)}."
        assert browser.warning("person_income") == rare
        browser.check_quiet()


def check_older_model():
    """A model that does not know its ranges is warned of nothing."""
    with window() as browser:
        browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
            between.change = async (path, answer) => {
              if (!String(path).startsWith("/models/")) return answer;
              const model = await answer.json();
              for (const feature of model.features) feature.range = null;
              return Response.json(model);
            };"""})
        browser.driver.refresh()
        browser.ready()
        browser.fill_example()
        browser.type("loan_amnt", "1200000")
        browser.type("person_age", "149")
        assert browser.scored()
        assert not browser.all(".caution")
        assert not any(span.text for span in browser.all(".field-warning"))
        browser.check_quiet()


load(base)
check_numbers()
check_decimal_comma()
check_empty_form()
check_optional()
check_share()
check_bounds()
check_ranges()
check_older_model()
