# SPDX-License-Identifier: Apache-2.0
"""Prepares the table on standard input with pandas and scikit-learn as the schema of AnyTable.swift
asks, and prints the names of the columns, then each column, as JSON."""

import io
import json
import sys

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    StandardScaler,
)

table = pd.read_csv(io.StringIO(sys.stdin.read()))
names, columns = [], []


def single(values):
    return np.asarray(values, dtype="float32").astype("float64").reshape(-1, 1)


def add(name, values):
    names.append(name)
    columns.append([None if np.isnan(v) else float(v) for v in np.asarray(values).ravel()])


def one_hot(column):
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    known = sorted(table[column].dropna().unique(), key=lambda text: text.encode())
    encoder.set_params(categories=[known])
    encoded = encoder.fit_transform(table[[column]].astype(object))
    for place, category in enumerate(known):
        add(f"{column}_{category}", encoded[:, place])


def codes(column, order):
    encoder = OrdinalEncoder(
        categories=[order],
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
    )
    add(column, encoder.fit_transform(table[[column]].astype(object)))


amount = SimpleImputer(strategy="median").fit_transform(single(table["amount"]))
add("amount", PowerTransformer().fit_transform(amount))
add("term", StandardScaler().fit_transform(single(table["term"])))
add("rate", SimpleImputer(strategy="mean").fit_transform(single(table["rate"])))
again = SimpleImputer(strategy="constant", fill_value=-3.5)
add("rate_again", StandardScaler().fit_transform(again.fit_transform(single(table["rate_again"]))))
one_hot("purpose")
codes("grade", ["low", "middle", "high"])
one_hot("branch")
codes("region", sorted(table["region"].dropna().unique()))
add("employed", table["employed"].str.lower().map({"yes": 1.0, "no": 0.0}))
add("owner", table["owner"].fillna(0))
issued = pd.to_datetime(table["issued_on"])
add("issued_on_days", (issued - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(days=1))
add("issued_on_year", issued.dt.year)
add("issued_on_month", issued.dt.month)
add("issued_on_weekday", issued.dt.weekday)

print(json.dumps(names, ensure_ascii=False))
for column in columns:
    print(json.dumps(column))
