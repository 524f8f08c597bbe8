# SPDX-License-Identifier: Apache-2.0
"""Scores each line of JSON {"labels": [...], "probabilities": [...]} with scikit-learn."""
import json
import sys

import numpy as np
from sklearn.metrics import brier_score_loss, classification_report, roc_auc_score

for line in sys.stdin:
    case = json.loads(line)
    labels = np.array(case["labels"], dtype=np.int64)
    probabilities = np.array(case["probabilities"], dtype=np.float32)
    report = classification_report(
        labels,
        probabilities > 0.5,
        labels=[0, 1],
        target_names=["Non-Default", "Default"],
        output_dict=True,
        zero_division=0,
    )
    report["auc"] = roc_auc_score(labels, probabilities)
    report["brier"] = brier_score_loss(labels, probabilities.astype(np.float64))
    # With both labels listed, scikit-learn reports accuracy under this name only if all are used.
    report.setdefault("accuracy", float(np.mean(labels == (probabilities > 0.5))))
    print(json.dumps(report))
