# SPDX-License-Identifier: Apache-2.0
"""A table that nobody has described, prepared with pandas and scikit-learn: the baseline.

table_baseline.py TABLE.csv FOLDER REPORT

Does what `schema` and `data` do. It reads the table, finds out what its columns are, how many
different texts they have, and which of them give the label away on a sample ("infer"). It reads
the table again, divides its rows so that equal ones stay together, fits and applies a
ColumnTransformer, finds the ranges of the training part, and writes Xtrain, ytrain, Xtest and
ytest ("prepare"). The seconds of both go to REPORT as JSON; imports are not counted.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupShuffleSplit
from sklearn.preprocessing import OneHotEncoder

LABEL, POSITIVE = "label", "bad"
# Rows on which a column is compared with the label.
SAMPLED = 32_768
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


def findings(table):
    """Column to its kind, its different texts, and its area under the ROC curve on a sample."""
    sample = table.iloc[::max(1, len(table) // SAMPLED)]
    labels = sample[LABEL] == POSITIVE
    found = {}
    for name, kind in kinds(table).items():
        if kind == "number":
            found[name] = kind, None, roc_auc_score(labels, sample[name].rank().fillna(0))
            continue
        texts = sample[name].fillna("")
        shares = labels[::2].groupby(texts[::2]).mean()
        scores = texts[1::2].map(shares).fillna(labels[::2].mean())
        found[name] = kind, table[name].nunique(), roc_auc_score(labels[1::2], scores)
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
    equal = pd.util.hash_pandas_object(table, index=False)
    split = GroupShuffleSplit(n_splits=1, test_size=0.25, random_state=1)
    train, test = next(split.split(table, labels, equal))
    numbers = table.columns.difference(categories)
    table.loc[:, numbers].iloc[train].quantile([0, 0.001, 0.999, 1])
    cells = {"Xtrain": steps.fit_transform(table.iloc[train]), "ytrain": labels.iloc[train],
             "Xtest": steps.transform(table.iloc[test]), "ytest": labels.iloc[test]}
    folder.mkdir(exist_ok=True)
    for name, values in cells.items():
        np.save(folder / f"{name}.npy", np.asfortranarray(np.asarray(values, dtype=np.float32)))


def main():
    source, folder, report = sys.argv[1:]
    marks = [time.perf_counter()]
    found = {name: kind for name, (kind, *_) in findings(pd.read_csv(source)).items()}
    marks.append(time.perf_counter())
    prepare(source, Path(folder), found)
    marks.append(time.perf_counter())
    infer, rest = np.diff(marks).tolist()
    Path(report).write_text(json.dumps({"infer": infer, "prepare": rest}))


if __name__ == "__main__":
    main()
