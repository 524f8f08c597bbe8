# SPDX-License-Identifier: Apache-2.0
"""Models of random parameters are scored as by XGBoost, bit for bit. Many more by command:
Tests/Python/random_models.py --help."""

import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Python"))
import random_models  # noqa: E402

SEEDS = range(1, 41)


@pytest.mark.skipif("PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_model_is_scored_as_by_xgboost(seed, tmp_path):
    drawn, untrained, faults = random_models.differences(os.environ["PROGRAM"], seed, tmp_path)
    if untrained:
        pytest.skip(f"{drawn} {untrained}")
    assert not faults, f"{drawn}: " + "; ".join(faults)


def test_the_seeds_reach_everything():
    drawn = [random_models.Drawn(seed) for seed in SEEDS]
    assert {one.booster for one in drawn} == {"gbtree", "dart", "gblinear"}
    assert {one.kind for one in drawn} == set(random_models.OBJECTIVES)
    for what in ["num_parallel_tree", "multi_strategy", "base_score"]:
        assert any(what in one.parameters for one in drawn), what
    assert any(any(one.sizes) for one in drawn), "categories"
    assert any(one.stops for one in drawn), "early stopping"


def test_what_differs_is_found():
    import numpy as np

    truth = np.array([[0.25, -0.5]], np.float32)
    assert random_models.compared(truth.copy(), truth) is None
    assert "the shape" in random_models.compared(truth.ravel(), truth)
    other = np.nextafter(truth, np.float32(1), dtype=np.float32)
    assert random_models.compared(other, truth).startswith("2 of 2 differ")
    assert random_models.compared(other, truth, ulps=1) is None
    assert "1 of 1 differ" in random_models.compared(np.float32([-0.0]), np.float32([0]))
