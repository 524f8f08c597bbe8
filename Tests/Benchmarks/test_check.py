# SPDX-License-Identifier: Apache-2.0
"""`bench.py --check` fails below a threshold, and only there."""

import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER))
import bench  # noqa: E402
import check  # noqa: E402
from measure import row  # noqa: E402

WANTED = {"row": "2 trees, * rows", "baseline": "libxgboost", "ratio": 9}


def rows(*ratios, baseline="libxgboost"):
    return [row(f"2 trees, {place} rows", 1.0, "ns/row", baseline, ratio, ratio)
            for place, ratio in enumerate(ratios)]


def test_what_is_at_its_threshold_or_above_passes():
    assert check.failures(rows(9, 9.5, 100), [WANTED]) == []


@pytest.mark.parametrize("ratio", [8.999, 0])
def test_each_row_below_its_threshold_is_reported(ratio):
    found = check.failures(rows(10, ratio, 8), [WANTED])
    assert [line.split("rows")[0] for line in found] == ["2 trees, 1 ", "2 trees, 2 "]


def test_a_row_that_is_missing_is_reported():
    assert "not measured" in check.failures(rows(10, baseline="another"), [WANTED])[0]
    assert check.failures([], [{**WANTED, "optional": True}]) == []


def test_nothing_spent_passes_and_no_ratio_fails():
    free = row("2 trees, 1 rows", 0, "1", "libxgboost", 2, None)
    assert check.failures([free], [WANTED]) == []
    assert check.failures([{**free, "value": 1}], [WANTED])


def test_the_exit_code_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(check, "thresholds", lambda: {"forest": [WANTED]})
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["bench.py", "--check", "forest"])
    monkeypatch.setitem(bench.BENCHES, "forest", lambda folder, quick: rows(9))
    bench.main()
    assert "Nothing is below" in capsys.readouterr().out
    monkeypatch.setitem(bench.BENCHES, "forest", lambda folder, quick: rows(8))
    with pytest.raises(SystemExit) as ending:
        bench.main()
    assert ending.value.code == 1
    assert "2 trees, 0 rows" in capsys.readouterr().out.split("Below the threshold:")[1]


def test_small_sizes_are_not_checked():
    outcome = subprocess.run([sys.executable, FOLDER / "bench.py", "--check", "--quick", "data"],
                             capture_output=True, text=True)
    assert outcome.returncode == 2
    assert "--quick" in outcome.stderr


def test_thresholds_are_ratios_of_parts_that_exist():
    for part, wanted in check.thresholds().items():
        assert part in bench.BENCHES
        for threshold in wanted:
            assert set(threshold) - {"optional"} == {"row", "baseline", "ratio"}, threshold
            assert threshold["ratio"] > 0
            assert not threshold["baseline"].endswith(("/s", " ms")), "a fixed time or rate"
