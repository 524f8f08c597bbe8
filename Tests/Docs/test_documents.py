# SPDX-License-Identifier: Apache-2.0
"""What the pages say must be there: links, commands, options, targets, versions; and how they say
it."""

import json
import os
import re
import subprocess

import pytest

from documents import (
    FENCE, GUIDES, OTHERS, PAGES, ROOT, anchors, blocks, links, name, options, prose, spans,
)
from tidy import UNIDIOMATIC

needs_program = pytest.mark.skipif(
    "PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`"
)
STYLED = GUIDES + [ROOT / "kubernetes/README.md"]
# The state of a job and a code of the RPC are spelled so on the wire; pages say canceled.
WORDS = UNIDIOMATIC | {r"\bcancelled\b": "canceled"}
# Options of other programs in code spans, with the file that has them.
FOREIGN_OPTIONS = {"--short": "Tests/Drills/options.py", "--quick": "Tests/Benchmarks/bench.py"}


def test_the_first_page_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    for link in links(page.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_a_broken_anchor_is_found():
    assert "the-field-s-protocols" not in anchors(ROOT / "docs/http.md")
    assert {"the-calls", "named-models-and-the-fields-protocols"} <= anchors(ROOT / "docs/http.md")


def test_every_page_is_linked():
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES for link in links(page.read_text())
    }
    assert set(PAGES) - linked <= {ROOT / "README.md"}


@pytest.mark.parametrize("page", STYLED, ids=name)
def test_english_is_idiomatic(page):
    text = prose(page.read_text())
    found = [
        (match.group(), better)
        for pattern, better in WORDS.items()
        for match in re.finditer(pattern, text)
    ]
    assert not found


def test_help_of_make_is_idiomatic_and_whole():
    makefile = (ROOT / "Makefile").read_text()
    texts = dict(re.findall(r"^([a-z0-9-]+):.*## (.*)$", makefile, re.MULTILINE))
    help_of_make = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    assert len(texts) > 15 and all(text in help_of_make for text in texts.values())
    assert not [t for t in texts.values() for p in WORDS if re.search(p, t)]


def test_unidiomatic_words_are_found():
    text = prose("It is told behind `beside` the load.\n\n```sh\nbeside\n```\n")
    hits = [p for p in WORDS if re.search(p, text)]
    assert len(hits) == 2


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_has_the_targets_that_are_named(page):
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page.read_text()
    code = "\n".join([*spans(text), *blocks(text, "sh")])
    assert set(re.findall(r"(?:^|`)make ([a-z][a-z0-9-]*)", code, re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", GUIDES, ids=name)
def test_files_that_are_named_exist(page):
    for span in spans(page.read_text()):
        if re.fullmatch(r"(?:Sources|Tests|docs|proto|kubernetes|\.ci)/[\w./-]+", span):
            assert (ROOT / span).exists(), span


@needs_program
@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_have_the_options_that_blocks_give_them(page):
    joined = "\n".join(blocks(page.read_text(), "sh")).replace("\\\n", " ")
    for line in joined.splitlines():
        call = re.match(r"(?:loan-default|loan) ([a-z-]+)\b(.*)", line.strip())
        if call:
            given = set(re.findall(r"(?<!\S)--[a-z0-9-]+", call.group(2)))
            assert given <= options()[call.group(1)], line


@needs_program
@pytest.mark.parametrize("page", PAGES, ids=name)
def test_named_options_and_variables_exist(page):
    every = set().union(*options().values())
    known = {"LOAN_DEFAULT_" + o.removeprefix("--").upper().replace("-", "_") for o in every}
    known |= set(re.findall(r"LOAN_DEFAULT_TEST_[A-Z]+", (ROOT / "Makefile").read_text()))
    for span in spans(page.read_text()):
        for option in re.findall(r"^(?:serve |load |data )?(--[a-z0-9-]+)", span):
            if option in FOREIGN_OPTIONS:
                assert option in (ROOT / FOREIGN_OPTIONS[option]).read_text()
            else:
                assert option in every, option
        assert set(re.findall(r"LOAN_DEFAULT_[A-Z0-9_]+", span)) <= known, span


def test_the_first_page_shows_the_call_of_the_first_run():
    """`make run` prints a call, which the check of the first run makes."""
    printed = re.search(r"^curl .*?\n\n", (ROOT / ".ci/first-run").read_text(), re.M | re.S).group()
    call = printed.replace("$HTTP_PORT", "5000").strip()
    for page in ("README.md", "docs/http.md"):
        assert call in (ROOT / page).read_text()


def test_documented_calls_are_declared():
    """Each call of the table in docs/http.md is in the served description."""
    paths = json.loads((ROOT / "Sources/CPages/assets/openapi.json").read_text())["paths"]
    known = {(m.upper(), re.sub(r"\{[a-z]+\}", "{}", p)) for p, ms in paths.items() for m in ms}
    table = (ROOT / "docs/http.md").read_text().split("## The calls")[1].split("\n## ")[0]
    calls = re.findall(r"`(GET|POST|DELETE) (/[^`]*)`", table)
    assert len(calls) > 10
    assert {(m, re.sub(r"\b[A-Z]{2,}\b", "{}", p)) for m, p in calls} <= known


def test_the_version_is_one():
    product = (ROOT / "Sources/LoanService/Operations/Product.swift").read_text()
    version = re.search(r'version = "([0-9.]+)"', product).group(1)
    description = (ROOT / "Sources/CPages/assets/openapi.json").read_text()
    assert set(re.findall(r'"version": "(\d+\.\d+\.\d+)"', description)) == {version}
    newest = re.search(r"^## \[([0-9.]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.M).group(1)
    stated = re.search(r"Version ([0-9.]+\d)", (ROOT / "README.md").read_text()).group(1)
    supported = re.search(r"^\| ([0-9.]+) \| yes", (ROOT / "SECURITY.md").read_text(), re.M).group(1)
    assert newest == stated == version and version.startswith(supported + ".")


def test_pictures_are_small():
    for picture in (ROOT / "docs").rglob("*.png"):
        assert picture.stat().st_size < 150_000, picture


@pytest.mark.parametrize("page", GUIDES + OTHERS, ids=name)
def test_blocks_are_closed(page):
    assert FENCE.sub("", page.read_text()).count("```") == 0
