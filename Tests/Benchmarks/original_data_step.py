# SPDX-License-Identifier: Apache-2.0
"""The data step as the original service does it, with pandas and scikit-learn: the baseline.

original_data_step.py RAW.csv FOLDER --report FILE [--size N] [--format csv|npy] [--seed N]

Reads the raw file, repeats and perturbs its rows up to `size`, splits, fits and applies the
preprocessing, and writes Xtrain, ytrain, Xtest and ytest to FOLDER. Its stage timings in seconds and
its peak memory go to FILE as JSON: what libraries print is no result. Imports are not counted.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, PowerTransformer

IMPUTED = ["loan_int_rate", "person_emp_length", "cb_person_cred_hist_length"]
POWERED = ["person_age", "person_income", "loan_amnt", "loan_percent_income"]
ENCODED = ["person_home_ownership", "loan_intent", "loan_grade", "cb_person_default_on_file"]


def expand(data, size, rng):
    """Each row repeated, the tail cut off, then noise on every column."""
    if size <= len(data):
        return data
    repeats = -(-size // len(data))
    data = data.loc[data.index.repeat(repeats)].reset_index(drop=True).iloc[:size].copy()
    data["person_age"] += rng.choice([-1, 0], size)
    data["person_income"] = data["person_income"] + rng.normal(0, 10, size)
    data["person_emp_length"] += rng.choice([-1, 0], size)
    data["loan_amnt"] = data["loan_amnt"] + rng.normal(0, 5, size)
    data["loan_int_rate"] += rng.normal(0, 0.2, size)
    data["loan_percent_income"] += rng.choice(np.arange(100), size) / 1000
    data["cb_person_cred_hist_length"] += rng.choice([0, 1], size)
    for name in ENCODED:
        categories = data[name].unique()
        replacement = rng.choice(categories, size)
        data[name] = np.where(rng.random(size) < 0.1, replacement, data[name])
    return data


def pipeline():
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer(
        [
            ("impute", Pipeline([("imputer", SimpleImputer(strategy="median"))]), IMPUTED),
            ("power", Pipeline([("power", PowerTransformer())]), POWERED),
            ("encode", Pipeline([("encoder", encoder)]), ENCODED),
        ]
    )


def write(cells, path, kind):
    if kind == "npy":
        np.save(path.with_suffix(".npy"), np.asfortranarray(np.asarray(cells, dtype=np.float32)))
    else:
        pd.DataFrame(cells).to_csv(path.with_suffix(".csv"), index=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--size", type=int, default=400_000)
    parser.add_argument("--format", choices=["csv", "npy"], default="csv")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    marks = [time.perf_counter()]
    data = pd.read_csv(options.source)
    marks.append(time.perf_counter())
    data = expand(data, options.size, np.random.default_rng(options.seed))
    marks.append(time.perf_counter())
    labels = data.pop("loan_status")
    parts = train_test_split(data, labels, test_size=0.25, random_state=options.seed)
    x_train, x_test, y_train, y_test = parts
    steps = pipeline()
    x_train = steps.fit_transform(x_train)
    x_test = steps.transform(x_test)
    marks.append(time.perf_counter())
    options.folder.mkdir(parents=True, exist_ok=True)
    cells = {"Xtrain": x_train, "ytrain": y_train, "Xtest": x_test, "ytest": y_test}
    for name, values in cells.items():
        write(values, options.folder / name, options.format)
    marks.append(time.perf_counter())
    stages = dict(zip(["read", "expand", "process", "write"], np.diff(marks).tolist()))
    stages["total"] = marks[-1] - marks[0]
    stages["rows"] = len(data)
    stages["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    options.report.write_text(json.dumps(stages))


if __name__ == "__main__":
    main()
