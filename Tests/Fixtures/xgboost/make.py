# SPDX-License-Identifier: Apache-2.0
"""Writes the fixtures of the XGBoost release that is installed: make.py FOLDER.

For each model of the list a JSON file, a UBJSON file unless the model is one to refuse, and
`VERSION.json` with rows and the margins and predictions that this release gives for them, as
float32 bit patterns.
"""
import json
import pathlib
import sys

import numpy as np
import xgboost

ROWS, NUMBERS, CATEGORIES = 80, 4, 7
MODELS = {
    "logistic": {"objective": "binary:logistic"},
    "base-0.3": {"objective": "binary:logistic", "base_score": 0.3},
    "logitraw": {"objective": "binary:logitraw", "base_score": 0.1},
    "squarederror": {"objective": "reg:squarederror", "base_score": -2.75},
    "dart": {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5},
    "gblinear": {"objective": "binary:logistic", "booster": "gblinear"},
    "softprob": {"objective": "multi:softprob", "num_class": 3},
}
REFUSED = ["dart", "gblinear", "softprob"]


def table(random):
    """Numbers with missing values, and a last column of category codes."""
    numbers = random.normal(size=(ROWS, NUMBERS)).round(1).astype(np.float32)
    numbers[random.random(numbers.shape) < 0.1] = np.nan
    codes = random.integers(0, CATEGORIES, size=(ROWS, 1)).astype(np.float32)
    return np.hstack([numbers, codes])


def main():
    folder = pathlib.Path(sys.argv[1])
    version = xgboost.__version__
    random = np.random.default_rng(7)
    rows = table(random)
    score = np.nan_to_num(rows[:, 0]) - np.nan_to_num(rows[:, 1]) + (rows[:, 4] % 3 - 1)
    names = [f"n{i}" for i in range(NUMBERS)] + ["grade"]
    expected = {"version": version, "columns": rows.shape[1],
                "rows": rows.ravel().view(np.uint32).tolist(), "models": {}}
    for name, parameters in MODELS.items():
        is_linear = parameters.get("booster") == "gblinear"
        labels = {"softprob": rows[:, 4] % 3, "squarederror": score}.get(name, score > 0)
        options = {} if is_linear else {
            "feature_names": names, "feature_types": ["float"] * NUMBERS + ["c"],
            "enable_categorical": True}
        matrix = xgboost.DMatrix(np.nan_to_num(rows) if is_linear else rows,
                                 label=labels.astype(np.float32), **options)
        tree = {} if is_linear else {"tree_method": "hist", "max_depth": 3, "max_cat_to_onehot": 2}
        booster = xgboost.train({**tree, **parameters, "seed": 1, "nthread": 1}, matrix, 6)
        booster.set_attr(best_iteration="3")
        for suffix in ["json"] if name in REFUSED else ["json", "ubj"]:
            booster.save_model(folder / f"{version}-{name}.{suffix}")
        if name not in REFUSED:
            # All trees, as a program without early stopping predicts.
            margins = booster.predict(matrix, output_margin=True, iteration_range=(0, 6))
            predictions = booster.predict(matrix, iteration_range=(0, 6))
            expected["models"][name] = {
                "margins": margins.view(np.uint32).tolist(),
                "predictions": predictions.view(np.uint32).tolist()}
    (folder / f"{version}.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()
