# SPDX-License-Identifier: Apache-2.0
"""Compares groups of each line of JSON {"probabilities", "labels", "approved", "points", "groups",
"weights" or null}; the first group is the reference. Prints a list of figures for each group.

With "fairlearn" as an argument by that library, otherwise by scikit-learn, scipy and numpy.
"""

import json
import sys

import numpy as np
from scipy import stats
from sklearn.metrics import precision_score, recall_score, roc_auc_score


def effective(weights):
    return weights.sum() ** 2 / (weights**2).sum()


def smd(points, weights, reference, reference_weights):
    means = [np.average(x, weights=w) for x, w in
             ((points, weights), (reference, reference_weights))]
    variances = [np.average((x - m) ** 2, weights=w) for x, m, w in
                 zip((points, reference), means, (weights, reference_weights))]
    counts = effective(weights), effective(reference_weights)
    pooled = np.dot(counts, variances) / (sum(counts) - 2)
    return (means[0] - means[1]) / np.sqrt(pooled)


def libraries(p, y, approved, points, groups, weights):
    answers, declined = [], ~approved
    first = groups == 0
    for group in range(groups.max() + 1):
        here = groups == group
        w = weights[here]
        table = [[(x & approved).sum(), (x & declined).sum()] for x in (here, first)]
        rate, base = (np.average(approved[x], weights=weights[x]) for x in (here, first))
        options = {"sample_weight": w, "zero_division": np.nan}
        answers.append([
            rate,
            np.average(y[here], weights=w),
            np.average(p[here], weights=w),
            recall_score(y[here], declined[here], **options),
            recall_score(1 - y[here], approved[here], **options),
            precision_score(y[here], declined[here], **options),
            roc_auc_score(y[here], p[here], sample_weight=w),
            rate / base,
            stats.fisher_exact(table).pvalue,
            smd(points[here], w, points[first], weights[first]),
        ])
    return answers


def fairlearn(p, y, approved, points, groups, weights):
    from fairlearn import metrics

    frame = metrics.MetricFrame(
        metrics={
            "approved": lambda y, d, sample_weight:
                1 - metrics.selection_rate(y, d, sample_weight=sample_weight),
            "tpr": metrics.true_positive_rate,
            "fpr": metrics.false_positive_rate,
        },
        y_true=y,
        y_pred=(~approved).astype(int),
        sensitive_features=groups,
        sample_params={k: {"sample_weight": weights} for k in ("approved", "tpr", "fpr")},
    )
    return frame.by_group.to_numpy().tolist()


for line in sys.stdin:
    case = json.loads(line)
    p, points = (np.array(case[k], np.float32).astype(float) for k in ("probabilities", "points"))
    y, groups = (np.array(case[k], int) for k in ("labels", "groups"))
    weights = np.ones(len(y)) if case.get("weights") is None else np.array(case["weights"])
    by = fairlearn if "fairlearn" in sys.argv else libraries
    print(json.dumps(by(p, y, np.array(case["approved"]), points, groups, weights), default=float))
