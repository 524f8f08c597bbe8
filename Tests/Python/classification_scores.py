# SPDX-License-Identifier: Apache-2.0
"""Scores each line of JSON {"labels": [...], "probabilities": [...]} with scikit-learn.

A line may have "weights", too.
"""
import json
import sys

import numpy as np
from sklearn.metrics import brier_score_loss, classification_report, roc_auc_score

for line in sys.stdin:
    case = json.loads(line)
    labels = np.array(case["labels"], dtype=np.int64)
    probabilities = np.array(case["probabilities"], dtype=np.float32)
    weights = np.array(case["weights"], dtype=np.float64) if case.get("weights") else None
    report = classification_report(
        labels,
        probabilities > 0.5,
        labels=[0, 1],
        target_names=["Non-Default", "Default"],
        sample_weight=weights,
        output_dict=True,
        zero_division=0,
    )
    report["auc"] = roc_auc_score(labels, probabilities, sample_weight=weights)
    report["brier"] = brier_score_loss(
        labels, probabilities.astype(np.float64), sample_weight=weights
    )
    # With both labels listed, scikit-learn reports accuracy under this name only if all are used.
    right = labels == (probabilities > 0.5)
    report.setdefault("accuracy", float(np.average(right, weights=weights)))
    print(json.dumps(report))
