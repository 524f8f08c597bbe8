# SPDX-License-Identifier: Apache-2.0
"""Trains XGBoost on rows and prints what it predicts for them, and its best round.

stdin: {"columns": [[...], ...], "labels": [...], "weights": [...] or null, "types": ["q", ...],
        "parameters": {...}, "rounds": N, "patience": N or 0, "held": {"columns": ..., ...} or null}
stdout: {"margins": [...], "best_round": N or null, "rounds": N}
"""

import json
import sys

import numpy as np
import xgboost


def matrix(part, types):
    columns = np.array(part["columns"], dtype=np.float32).T
    return xgboost.DMatrix(
        columns, np.array(part["labels"], dtype=np.float32), weight=part.get("weights"),
        feature_types=types, enable_categorical=True,
    )


spec = json.load(sys.stdin)
train = matrix(spec, spec["types"])
fixed = {"tree_method": "hist", "nthread": 1, "verbosity": 0}
more = {}
if spec["patience"]:
    more = {
        "evals": [(matrix(spec["held"], spec["types"]), "held")], "verbose_eval": False,
        "early_stopping_rounds": spec["patience"],
    }
booster = xgboost.train(fixed | spec["parameters"], train, spec["rounds"], **more)
best = booster.best_iteration + 1 if spec["patience"] else None
end = best or booster.num_boosted_rounds()
margins = booster.predict(train, output_margin=True, iteration_range=(0, end))
print(json.dumps({
    "margins": [float(margin) for margin in margins], "best_round": best,
    "rounds": booster.num_boosted_rounds(),
}))
