# SPDX-License-Identifier: Apache-2.0
"""What other programs print, or how they end, is not a result of a bench."""

import json
import pathlib
import sys

import numpy as np
import pytest
import xgboost

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import bench_forest  # noqa: E402
import measure  # noqa: E402

ROWS = [
    {"name": f"2 trees, {count} rows", "baseline": "libxgboost", "value": 10.0}
    for count in (1, 256, 4_096)
]


@pytest.fixture
def model(tmp_path):
    """A small model and a matrix for it."""
    random = np.random.default_rng(1)
    cells = random.normal(size=(6_000, 4)).astype(np.float32)
    np.save(tmp_path / "matrix.npy", cells)
    booster = xgboost.train(
        {"max_depth": 2}, xgboost.DMatrix(cells, (cells[:, 0] > 0).astype(int)), 2
    )
    booster.save_model(tmp_path / "model.json")
    return tmp_path / "model.json", tmp_path / "matrix.npy"


# From Python's buffer, past it as a C library does, and at the exit.
PRINTS = """
import atexit, os
print('[12:00:00] WARNING: [{"not": "a result"')
os.write(1, b"noise without an end")
atexit.register(lambda: print("bye"))
"""


@pytest.mark.parametrize("ending", ["raise ImportError()", "raise SystemExit(3)",
                                    "import os; os.kill(os.getpid(), 11)"])
def test_peers_that_print_and_end_leave_the_others_results(model, tmp_path, monkeypatch, ending):
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "daal4py.py").write_text(PRINTS + "raise ImportError('not this one')\n")
    (modules / "tl2cgen.py").write_text(PRINTS + ending + "\n")
    (modules / "treelite.py").write_text(PRINTS)
    monkeypatch.setenv("PYTHONPATH", str(modules))
    found = bench_forest.forest_peers(ROWS, *model, tmp_path / "peers.json")
    assert [row["value"] for row in found if "XGBoost" in row["baseline"]] == [10.0] * 3
    assert all(row["ratio"] > 0 for row in found)


def test_the_original_data_step_reports_to_its_file(tmp_path, monkeypatch):
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "sitecustomize.py").write_text(PRINTS)
    monkeypatch.setenv("PYTHONPATH", str(modules))
    header = ("person_age,person_income,person_home_ownership,person_emp_length,loan_intent,"
              "loan_grade,loan_amnt,loan_int_rate,loan_status,loan_percent_income,"
              "cb_person_default_on_file,cb_person_cred_hist_length")
    lines = [f"{20 + i % 40},{20_000 + i},RENT,{i % 9},PERSONAL,{'ABC'[i % 3]},{1_000 + i},"
             f"{5 + i % 7},{i % 2},0.{i % 9 + 1},{'YN'[i % 2]},{i % 11}" for i in range(200)]
    (tmp_path / "table.csv").write_text("\n".join([header, *lines]) + "\n")
    report = tmp_path / "report.json"
    measure.run([sys.executable, measure.ROOT / "Tests/Benchmarks/original_data_step.py",
                 "--size", 200, "--report", report, tmp_path / "table.csv", tmp_path / "out"])
    assert json.loads(report.read_text())["rows"] == 200
