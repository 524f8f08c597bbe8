# SPDX-License-Identifier: Apache-2.0
"""How far contributions are from those of XGBoost: xgboost_contributions.py MODEL MATRIX OWN.

Prints {"difference": ..., "additivity": ...}: the largest difference from `pred_contribs`, and
of the sum of a row from its margin. The files but the model are .npy."""
import json
import sys

import numpy as np
import xgboost

model, matrix, own = sys.argv[1:]
values = np.ascontiguousarray(np.load(matrix))
booster = xgboost.Booster(model_file=model)
data = xgboost.DMatrix(values, feature_names=booster.feature_names)
expected = booster.predict(data, pred_contribs=True)
given = np.load(own).astype(np.float64).reshape(expected.shape)
margins = booster.predict(data, output_margin=True).reshape(expected.shape[:-1])
print(json.dumps({
    "difference": float(np.abs(given - expected).max()),
    "additivity": float(np.abs(given.sum(axis=-1) - margins).max()),
}))
