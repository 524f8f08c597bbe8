# SPDX-License-Identifier: Apache-2.0
"""A table that nobody has described, prepared with pandas and scikit-learn: the baseline.

table_baseline.py TABLE.csv FOLDER REPORT

Reads the table, finds out what its columns are, divides the rows, fits and applies a
ColumnTransformer, and writes Xtrain, ytrain, Xtest and ytest. The seconds of reading and finding
out ("infer"), and of reading and all else ("prepare"), go to REPORT as JSON. Imports are not
counted.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder

LABEL, POSITIVE = "label", "bad"
BOOLEANS = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0}


def kinds(table):
    """Column to what it is: number, boolean, date or category."""
    found = {}
    for name in table.columns.drop(LABEL):
        column = table[name]
        if column.dtype != object:
            found[name] = "number"
            continue
        texts = column.dropna()
        if set(texts.unique()) <= BOOLEANS.keys():
            found[name] = "boolean"
        elif pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").notna().all():
            found[name] = "date"
        else:
            found[name] = "category"
    return found


def with_numbers(table, found):
    """Booleans as numbers, and dates as days, month and weekday."""
    columns = {}
    for name, kind in found.items():
        if kind == "boolean":
            columns[name] = table[name].map(BOOLEANS)
        elif kind == "date":
            dates = pd.to_datetime(table[name], format="%Y-%m-%d")
            columns[f"{name}.days"] = (dates - pd.Timestamp(0)).dt.days
            columns[f"{name}.month"] = dates.dt.month
            columns[f"{name}.weekday"] = dates.dt.weekday
        else:
            columns[name] = table[name]
    return pd.DataFrame(columns)


def prepare(source, folder, found):
    table = pd.read_csv(source)
    labels = (table[LABEL] == POSITIVE).astype(np.float32)
    table = with_numbers(table, found)
    categories = [name for name, kind in found.items() if kind == "category"]
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)
    steps = ColumnTransformer([("encode", encoder, categories)], remainder="passthrough")
    x_train, x_test, y_train, y_test = train_test_split(table, labels, test_size=0.25,
                                                        random_state=1)
    cells = {"Xtrain": steps.fit_transform(x_train), "ytrain": y_train,
             "Xtest": steps.transform(x_test), "ytest": y_test}
    folder.mkdir(exist_ok=True)
    for name, values in cells.items():
        np.save(folder / f"{name}.npy", np.asfortranarray(np.asarray(values, dtype=np.float32)))


def main():
    source, folder, report = sys.argv[1:]
    marks = [time.perf_counter()]
    found = kinds(pd.read_csv(source))
    marks.append(time.perf_counter())
    prepare(source, Path(folder), found)
    marks.append(time.perf_counter())
    infer, rest = np.diff(marks).tolist()
    Path(report).write_text(json.dumps({"infer": infer, "prepare": rest}))


if __name__ == "__main__":
    main()
