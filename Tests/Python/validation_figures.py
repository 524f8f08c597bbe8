# SPDX-License-Identifier: Apache-2.0
"""Measures each line of JSON with scikit-learn, scipy and numpy.

A line has "scores" (probabilities), "labels", "other" (scores of a second model), "thresholds",
"costs" and maybe "weights". What no library has is written out here by its definition, over all
pairs of rows where that is possible, and without a thought for speed.
"""

import json
import sys

import numpy as np
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, confusion_matrix, log_loss, roc_auc_score, roc_curve

BINS = 15
BANDS = 10


def placements(scores, labels, weights):
    """For each default the share of others below it, and for each other that of defaults above."""
    is_default = labels == 1
    first, second = scores[is_default][:, None], scores[~is_default][None, :]
    order = (first > second) + 0.5 * (first == second)
    ours, others = weights[is_default], weights[~is_default]
    return order @ others / others.sum(), ours @ order / ours.sum()


def covariance(one, two, labels, weights):
    """DeLong's covariance of two areas, from their placements."""
    total = 0.0
    for a, b, w in zip(one, two, (weights[labels == 1], weights[labels == 0])):
        distances = (a - np.average(a, weights=w)) * (b - np.average(b, weights=w))
        total += (w**2 * distances).sum() / w.sum() ** 2 * len(w) / (len(w) - 1)
    return total


def mean_with_error(values, weights):
    mean = np.average(values, weights=weights)
    count = len(values)
    squares = ((weights * (values - mean)) ** 2).sum()
    return mean, np.sqrt(squares / weights.sum() ** 2 * count / (count - 1))


def bins_of(scores, edges):
    """scikit-learn's rule: a value on an edge is in the lower bin."""
    return np.searchsorted(edges[1:-1], scores)


def reliability(scores, labels, weights, edges):
    """The bins, the errors of calibration, and Murphy's parts with what bins hide."""
    at = bins_of(scores, edges)
    rate, whole = np.average(labels, weights=weights), weights.sum()
    rows, parts = [], np.zeros(4)
    for index in np.unique(at):
        p, y, w = (values[at == index] for values in (scores, labels, weights))
        predicted, observed = np.average(p, weights=w), np.average(y, weights=w)
        rows.append([predicted, observed, len(p), w.sum()])
        parts += [
            w.sum() * (predicted - observed) ** 2,
            w.sum() * (observed - rate) ** 2,
            (w * (p - predicted) ** 2).sum(),
            2 * (w * (p - predicted) * (y - observed)).sum(),
        ]
    gaps = np.array([abs(row[0] - row[1]) for row in rows])
    return {
        "bins": rows,
        "expected": float(np.average(gaps, weights=[row[3] for row in rows])),
        "maximum": float(gaps.max()),
        "parts": list(parts / whole),
    }


def gains(scores, labels, weights):
    order = np.lexsort((np.arange(len(scores)), -scores))
    labels, weights = labels[order], weights[order]
    before = np.cumsum(weights) - weights
    band = np.floor(before / weights.sum() * BANDS + 1e-9).astype(int)
    rate, rows = np.average(labels, weights=weights), []
    for index in np.unique(band):
        here, so_far = band == index, band <= index
        rows.append([
            float(weights[here].sum()),
            np.average(labels[here], weights=weights[here]) / rate,
            np.average(labels[so_far], weights=weights[so_far]) / rate,
            (labels * weights)[so_far].sum() / (labels * weights).sum(),
        ])
    return rows


def cheapest(scores, labels, weights, costs):
    def cost(threshold):
        predicted = scores >= threshold
        wrong = (predicted & (labels == 0), ~predicted & (labels == 1))
        return float(np.dot(costs, [weights[rows].sum() for rows in wrong]))

    return min(cost(threshold) for threshold in [*np.unique(scores), np.inf])


def figures(case):
    scores, other = (np.array(case[k], np.float32).astype(np.float64) for k in ("scores", "other"))
    labels = np.array(case["labels"], np.int64)
    weights = np.ones(len(labels)) if case.get("weights") is None else np.array(case["weights"])
    counts = weights > 0
    scores, other, labels, weights = (v[counts] for v in (scores, other, labels, weights))
    is_weighted = case.get("weights") is not None

    one, two = (placements(s, labels, weights) for s in (scores, other))
    areas = [roc_auc_score(labels, s, sample_weight=weights) for s in (scores, other)]
    variances = [covariance(a, b, labels, weights) for a, b in ((one, one), (two, two), (one, two))]
    difference = areas[0] - areas[1]
    error = np.sqrt(max(0, variances[0] + variances[1] - 2 * variances[2]))
    p_value = 2 * stats.norm.sf(abs(difference) / error) if error else float(difference == 0)
    if is_weighted:
        false, true, _ = roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
        separation = np.abs(true - false).max()
    else:
        separation = stats.ks_2samp(scores[labels == 1], scores[labels == 0]).statistic

    width = np.linspace(0, 1, BINS + 1)
    levels = np.arange(BINS + 1) / BINS
    mass = np.quantile(scores, levels, method="inverted_cdf", weights=weights)
    bounded = np.clip(scores, np.finfo(float).eps, 1 - np.finfo(float).eps)
    losses = -np.where(labels == 1, np.log(bounded), np.log1p(-bounded))
    answer = {
        "area": areas[0],
        "standardError": np.sqrt(variances[0]),
        "difference": difference,
        "differenceError": error,
        "pValue": p_value,
        "separation": separation,
        "brier": brier_score_loss(labels, scores, sample_weight=weights),
        "brierError": mean_with_error((scores - labels) ** 2, weights)[1],
        "logLoss": log_loss(labels, scores, sample_weight=weights, labels=[0, 1]),
        "logLossError": mean_with_error(losses, weights)[1],
        "width": reliability(scores, labels, weights, width),
        "mass": reliability(scores, labels, weights, mass),
        "gains": gains(scores, labels, weights),
        "confusion": [
            confusion_matrix(labels, scores >= t, labels=[0, 1], sample_weight=weights)
            .astype(float).ravel().tolist()
            for t in np.array(case["thresholds"], np.float32).astype(np.float64)
        ],
        "cost": cheapest(scores, labels, weights, case["costs"]),
    }
    if not is_weighted:
        # The library's own curve has the same bins.
        observed, predicted = calibration_curve(labels, scores, n_bins=BINS)
        found = np.array(answer["width"]["bins"])
        assert np.allclose(found[:, 0], predicted) and np.allclose(found[:, 1], observed)
    return answer


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(figures(json.loads(line)), default=float))
