# SPDX-License-Identifier: Apache-2.0
"""Holds the figures of a model's card against those of scikit-learn, scipy and pandas.

Usage: card_figures.py CARD.json PROBABILITIES.npy MARGINS.npy LABELS.npy [GROUPS.csv]

Scores are those of the program for the rows of the test; groups are its protected columns. Prints
JSON: how many figures were compared, and those that differ.
"""

import json
import sys

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.metrics import roc_auc_score

from validation_figures import figures

Z = stats.norm.ppf(0.975)


class Comparison:
    def __init__(self):
        self.count, self.different = 0, []

    def near(self, name, found, wanted, tolerance=1e-9):
        self.count += 1
        if wanted is None or (isinstance(wanted, float) and np.isnan(wanted)):
            is_near = found is None
        else:
            is_near = found is not None and abs(found - wanted) <= tolerance * max(1, abs(wanted))
        if not is_near:
            self.different.append(f"{name}: {found} is not {wanted}")


def compare_figures(check, raw, scores, labels):
    thresholds = [matrix["threshold"] for matrix in raw["confusion"]]
    wanted = figures({
        "scores": scores, "other": scores, "labels": labels, "thresholds": thresholds,
        "costs": [1, 1],
    })
    area, error = wanted["area"], wanted["standardError"]
    lower, upper = max(0, area - Z * error), min(1, area + Z * error)
    for name, values in [
        ("auc", (area, lower, upper)), ("gini", (2 * area - 1, 2 * lower - 1, 2 * upper - 1)),
        ("brier", tuple(wanted["brier"] + s * Z * wanted["brierError"] for s in (0, -1, 1))),
        ("log_loss", tuple(wanted["logLoss"] + s * Z * wanted["logLossError"] for s in (0, -1, 1))),
    ]:
        for key, value in zip(("value", "lower", "upper"), values):
            check.near(f"{name}.{key}", raw[name][key], value)
    check.near("ks", raw["ks"]["value"], wanted["separation"])
    parts = ("reliability", "resolution", "within_variance", "within_covariance")
    for name, part in zip(parts, wanted["mass"]["parts"]):
        check.near(name, raw["brier"][name], part)
    for name, key in (("equal_width", "width"), ("equal_mass", "mass")):
        check.near(name, raw["ece"][name]["expected"], wanted[key]["expected"])
        check.near(name, raw["ece"][name]["maximum"], wanted[key]["maximum"])
        bins = raw["calibration_curve"][name]
        check.near(f"bins of {name}", len(bins), len(wanted[key]["bins"]))
        for found, (predicted, observed, rows, _) in zip(bins, wanted[key]["bins"]):
            check.near("predicted", found["predicted"], predicted)
            check.near("observed", found["observed"]["value"], observed)
            check.near("rows", found["rows"], rows)
    for band, (_, lift, cumulative, gain) in zip(raw["gains"], wanted["gains"], strict=True):
        check.near("lift", band["lift"], lift)
        check.near("cumulative lift", band["cumulative_lift"], cumulative)
        check.near("gain", band["gain"], gain)
    names = ("true_negatives", "false_positives", "false_negatives", "true_positives")
    for matrix, counts in zip(raw["confusion"], wanted["confusion"], strict=True):
        for name, count in zip(names, counts):
            check.near(name, matrix[name], count)


def groups_of(column, cells):
    """The group of each row by the name that the card has for it."""
    if column["grouping"] == "ages":
        names = [group["name"] for group in column["groups"]]
        return pd.cut(pd.to_numeric(cells), [-np.inf, 25, 62, np.inf], right=False, labels=names)
    if column["grouping"] == "quartiles":
        numbers = pd.to_numeric(cells).astype(np.float32)
        edges = np.quantile(numbers.dropna(), [0.25, 0.5, 0.75], method="inverted_cdf")
        names = [group["name"] for group in column["groups"]]
        return pd.cut(numbers, [-np.inf, *edges, np.inf], right=False, labels=names)
    return cells


def compare_groups(check, card, scores, margins, labels, table):
    # The standard policy.
    approved = scores < np.float32(0.2)
    factor = 20 / np.log(2)
    points = np.rint(600 - factor * np.log(50) - factor * margins)
    for column in card["fairness"]:
        frame = pd.DataFrame({
            "group": groups_of(column, table[column["column"]]), "approved": approved, "p": scores,
            "y": labels, "points": points,
        })
        check.near("unknown", column["unknown_rows"], int(frame["group"].isna().sum()))
        reference = frame[frame["group"] == column["reference"]]
        for group in column["groups"]:
            rows = frame[frame["group"] == group["name"]]
            compare_group(check, column["column"], group, rows, reference)


def compare_group(check, column, group, rows, reference):
    def near(name, found, wanted, tolerance=1e-9):
        check.near(f"{column} {group['name']} {name}", found, wanted, tolerance)

    bad, declined = rows["y"] == 1, ~rows["approved"]
    near("rows", group["rows"], len(rows))
    near("default rate", group["default_rate"]["value"], rows["y"].mean())
    near("predicted rate", group["predicted_rate"], rows["p"].mean())
    near("approval rate", group["approval_rate"]["value"], rows["approved"].mean())
    near("tpr", group["tpr"]["value"], declined[bad].mean() if bad.any() else None)
    near("fpr", group["fpr"]["value"], declined[~bad].mean() if (~bad).any() else None)
    near("ppv", group["ppv"]["value"], bad[declined].mean() if declined.any() else None)
    near("points", group["mean_points"], rows["points"].mean())
    if bad.any() and not bad.all():
        near("auc", group["auc"]["value"], roc_auc_score(rows["y"], rows["p"]))
    if rows.index.equals(reference.index):
        near("air", group["air"]["value"], None)
        return
    near("air", group["air"]["value"], rows["approved"].mean() / reference["approved"].mean())
    table = [[x["approved"].sum(), (~x["approved"]).sum()] for x in (rows, reference)]
    near("fisher", group["fisher_p"], stats.fisher_exact(table).pvalue)
    counts = len(rows), len(reference)
    variances = [x["points"].var(ddof=0) for x in (rows, reference)]
    pooled = np.dot(counts, variances) / (sum(counts) - 2)
    difference = rows["points"].mean() - reference["points"].mean()
    near("smd", group["smd"], difference / np.sqrt(pooled))


def main(card, probabilities, margins, labels, groups=None):
    card = json.load(open(card))
    count = card["data"]["test_rows"]
    scores, margins, labels = (
        np.load(path).ravel()[:count].astype(float) for path in (probabilities, margins, labels)
    )
    check = Comparison()
    compare_figures(check, card["figures"]["raw"], scores, labels)
    if groups is not None:
        table = pd.read_csv(groups, dtype=str)
        check.near("rows with groups", len(table), count)
        compare_groups(check, card, scores, margins, labels, table)
    print(json.dumps({"count": check.count, "different": check.different}))


if __name__ == "__main__":
    main(*sys.argv[1:])
