# SPDX-License-Identifier: Apache-2.0
"""`make bench WRITE=1` writes what a run measured, and nothing else, into docs/performance.md."""

import json
import pathlib
import re
import sys

import pytest

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER))
import bench  # noqa: E402
import page  # noqa: E402

# What `bench.py --quick data quality` has measured.
RECORDED = json.loads((FOLDER / "recorded.json").read_text())
PART = """# Performance

<!-- make bench: data -->
*old.*
<!-- end of data -->

<!-- make bench: forest -->
*kept.*
<!-- end of forest -->
"""


def test_a_part_is_replaced_by_its_rows_and_the_others_stay():
    written = page.written(PART, "data", RECORDED["data"], "2026-11-30, abc, 2 processors")
    assert written.startswith("# Performance\n\n<!-- make bench: data -->\n*2026-11-30, abc, 2 ")
    assert "*old.*" not in written and "*kept.*" in written
    assert page.written(written, "data", RECORDED["data"], "again").count("| what |") == 2


def test_each_row_has_one_figure_and_each_column_one_unit():
    text = page.block(RECORDED["data"] + RECORDED["quality"], "today")
    tables = re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE)
    units = [table.splitlines()[0].split(" | ")[1] for table in tables]
    assert units == ["s", "MB", "score"]
    rows = [line for table in tables for line in table.splitlines()[2:]]
    assert len(rows) == len(RECORDED["data"]) + len(RECORDED["quality"])
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 6 for line in rows)


def test_a_row_says_what_it_is_compared_with():
    first = RECORDED["data"][0]
    (line,) = [text for text in page.block([first], "today").splitlines() if first["name"] in text]
    cells = line.strip("| ").split(" | ")
    assert cells == [first["name"], page.number(first["value"]), "pandas + scikit-learn",
                     page.number(first["baseline_value"]), page.number(first["ratio"])]


@pytest.mark.parametrize("value, text", [
    (0, "0"), (38_123.4, "38,123"), (99.96, "100"), (100, "100"), (3.14159, "3.14"), (0.5, "0.5"),
    (0.00001234, "0.000012"), (1_234_567.8, "1,234,568"),
])
def test_figures_have_three_digits_or_all_before_the_point(value, text):
    assert page.number(value) == text


def test_a_part_without_markers_is_refused():
    with pytest.raises(ValueError, match="has no markers of the part rpc"):
        page.written(PART, "rpc", [], "today")


def test_the_page_has_a_place_for_every_part():
    text = page.PAGE.read_text()
    assert sorted(re.findall(r"<!-- make bench: (\w+) -->\n", text)) == sorted(bench.BENCHES)
    for part in bench.BENCHES:
        assert "| what |" in page.written(text, part, RECORDED["data"], "today")


def test_a_run_that_writes_leaves_its_rows_on_the_page(tmp_path, monkeypatch):
    copy = tmp_path / "performance.md"
    copy.write_text(PART)
    monkeypatch.setattr(page, "PAGE", copy)
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setitem(bench.BENCHES, "data", lambda folder, quick: RECORDED["data"])
    monkeypatch.setattr(sys, "argv", ["bench.py", "data"])
    bench.main()
    assert copy.read_text() == PART
    monkeypatch.setattr(sys, "argv", ["bench.py", "--write", "data"])
    bench.main()
    assert RECORDED["data"][0]["name"] in copy.read_text()
    assert re.search(r"\*\d{4}-\d\d-\d\d, [0-9a-f]{7,}.*, \d+ processors of .+\.\*", copy.read_text())
