# SPDX-License-Identifier: Apache-2.0
"""Checks prepared parts against the table that they come from, with pandas and scikit-learn.

usage: divided_preparation.py TABLE.csv FOLDER RULE

`amount` says which row of the table a prepared row is. `age` is imputed with the median and
standardized, `purpose` is one-hot: each by what was fitted on the rows to train on alone. The rows
of a group, or of a time, are in one part; times rise with the parts; the protected columns are
those of the rows to test with.
"""

import json
import sys

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

table, folder, rule = sys.argv[1:]
source = pd.read_csv(table)
facts = json.load(open(f"{folder}/split.json"))
names = ["train", "stopping", "calibration", "test"]
assert [part["part"] for part in facts["parts"]] == names, facts["parts"]
assert facts["source"]["rows"] == len(source)

parts = {name: np.load(f"{folder}/X{name}.npy") for name in names}
rows = {}
for name, matrix in parts.items():
    places = pd.Index(source["amount"]).get_indexer(matrix[:, 0])
    assert (places >= 0).all(), name
    rows[name] = source.iloc[places]
    labels = np.load(f"{folder}/y{name}.npy").ravel()
    assert (labels == (rows[name]["outcome"] == "bad")).all(), name

everything = pd.concat(rows.values())
assert sorted(everything.index) == list(range(len(source))), "each row is in one part, once"

train = rows["train"]
median = SimpleImputer(strategy="median").fit(train[["age"]])
scaler = StandardScaler().fit(median.transform(train[["age"]]))
encoder = OneHotEncoder(sparse_output=False, handle_unknown="ignore").fit(train[["purpose"]])
for name, matrix in parts.items():
    age = scaler.transform(median.transform(rows[name][["age"]]))[:, 0]
    np.testing.assert_allclose(matrix[:, 1], age, rtol=2e-5, atol=2e-6, err_msg=name)
    assert (matrix[:, 2:] == encoder.transform(rows[name][["purpose"]])).all(), name

if rule == "group":
    groups = [set(part["customer"]) for part in rows.values()]
    assert sum(map(len, groups)) == source["customer"].nunique(), "groups are divided"
    clusters = np.load(f"{folder}/ctrain.npy")
    assert clusters.dtype == "<i4"
    pairs = set(zip(clusters, train["customer"]))
    assert len(pairs) == len(set(clusters)) == train["customer"].nunique()
if rule == "time":
    ends = [(part["applied_on"].min(), part["applied_on"].max()) for part in rows.values()]
    assert all(left[1] < right[0] for left, right in zip(ends, ends[1:])), ends
    assert ends == [(part["first"], part["last"]) for part in facts["parts"]]

kept = pd.read_csv(f"{folder}/gtest.csv")
expected = rows["test"][["sex", "age"]].reset_index(drop=True)
pd.testing.assert_frame_equal(kept, expected)

(age,) = [feature for feature in facts["features"] if feature["column"] == "age"]
assert (age["minimum"], age["maximum"]) == (train["age"].min(), train["age"].max())
assert age["missing"] == train["age"].isna().sum()
print("equal")
