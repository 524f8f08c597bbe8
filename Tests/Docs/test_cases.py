# SPDX-License-Identifier: Apache-2.0
"""The numbers of cases that tests name are those of docs/reliability.md."""

import re

from documents import ROOT

NUMBER = re.compile(r"\b[AGHLOSWX]\d\d\b")
LISTED = re.findall(
    r"^\| ([AGHLOSWX]\d\d) \|", (ROOT / "docs/reliability.md").read_text(), re.MULTILINE
)


def named():
    """Number to the files that name it: tests, drills, fuzz targets, scripts."""
    found = {}
    files = [p for p in (ROOT / "Tests").rglob("*") if p.suffix in (".swift", ".py")]
    for path in [*files, *(p for p in (ROOT / ".ci").rglob("*") if p.is_file())]:
        if path.parent == ROOT / "Tests/Docs" or path.suffix == ".pyc":
            continue
        for number in NUMBER.findall(path.read_text()):
            found.setdefault(number, set()).add(str(path.relative_to(ROOT)))
    return found


def test_every_named_case_is_listed():
    assert {n: files for n, files in named().items() if n not in LISTED} == {}


def test_every_listed_case_is_tested():
    assert set(LISTED) - set(named()) == set()


def test_every_case_is_listed_once():
    assert len(LISTED) == len(set(LISTED)) > 100


def test_references_within_the_page_are_listed():
    text = (ROOT / "docs/reliability.md").read_text()
    assert set(NUMBER.findall(text)) <= set(LISTED)
