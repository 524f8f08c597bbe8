# SPDX-License-Identifier: Apache-2.0
"""Calibrates each line of JSON {"margins": [...], "labels": [...], "weights": [...] or null,
"probes": [...]} and prints the calibrated probabilities of the probes.

With "betacal" as an argument by that library; otherwise by scikit-learn's isotonic regression and
sigmoid, and by maximum likelihood with Newton's method to the last digits.
"""

import json
import sys

import numpy as np
from scipy.special import expit

EPSILON = 1e-11


def newton(columns, targets, weights, penalty):
    """The logistic regression of an intercept and columns; all of them, in double precision."""
    rows = np.column_stack([np.ones(len(targets)), columns])
    ridge = np.diag([0.0] + [penalty] * (rows.shape[1] - 1))
    at = np.zeros(rows.shape[1])

    def loss(at):
        margin = rows @ at
        return (weights * (np.logaddexp(0, margin) - targets * margin)).sum() + at @ ridge @ at / 2

    for _ in range(100):
        p = expit(rows @ at)
        gradient = rows.T @ (weights * (p - targets)) + ridge @ at
        step = np.linalg.solve(rows.T @ ((weights * p * (1 - p))[:, None] * rows) + ridge, gradient)
        length = 1.0
        while length > 1e-9 and loss(at - length * step) > loss(at):
            length /= 2
        at = at - length * step
    return at


def log_parts(margins):
    return np.column_stack([-np.logaddexp(0, -margins), np.logaddexp(0, margins)])


def beta(margins, labels, weights, probes):
    columns = log_parts(margins)
    at = newton(columns, labels, weights, EPSILON)
    used = [0, 1] if min(at[1:]) >= 0 else [1] if at[1] < 0 else [0]
    if len(used) == 1:
        at = newton(columns[:, used], labels, weights, EPSILON)
    return expit(np.column_stack([np.ones(len(probes)), log_parts(probes)[:, used]]) @ at)


def platt(margins, labels, weights, probes):
    ours, others = weights[labels == 1].sum(), weights[labels == 0].sum()
    targets = np.where(labels == 1, (ours + 1) / (ours + 2), 1 / (others + 2))
    at = newton(margins, targets, weights, 0)
    return expit(at[0] + at[1] * probes)


def libraries(margins, labels, weights, probes):
    from sklearn.calibration import _SigmoidCalibration
    from sklearn.isotonic import IsotonicRegression

    isotonic = IsotonicRegression(out_of_bounds="clip").fit(margins, labels, weights)
    sigmoid = _SigmoidCalibration().fit(margins, labels, weights)
    return {
        "isotonic": isotonic.predict(probes).tolist(),
        "knots": [isotonic.X_thresholds_.tolist(), isotonic.y_thresholds_.tolist()],
        "sigmoid": sigmoid.predict(probes).tolist(),
        "platt": platt(margins, labels, weights, probes).tolist(),
        "beta": beta(margins, labels, weights, probes).tolist(),
    }


def betacal(margins, labels, weights, probes):
    from betacal import BetaCalibration

    model = BetaCalibration("abm").fit(expit(margins), labels, weights)
    return {"betacal": model.predict(expit(probes)).tolist()}


for line in sys.stdin:
    case = json.loads(line)
    margins, probes = (np.array(case[k], np.float32).astype(float) for k in ("margins", "probes"))
    labels = np.array(case["labels"], float)
    weights = np.ones(len(labels)) if case.get("weights") is None else np.array(case["weights"])
    by = betacal if "betacal" in sys.argv else libraries
    print(json.dumps(by(margins, labels, weights, probes)))
