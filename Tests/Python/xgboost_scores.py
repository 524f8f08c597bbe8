# SPDX-License-Identifier: Apache-2.0
"""Scores MATRIX.npy with MODEL by XGBoost itself: xgboost_scores.py MODEL MATRIX C_ORDER_MATRIX.

Prints {"margins": [...], "predictions": [...]} as float32 bit patterns, and writes the matrix once
more in C order."""
import json
import sys

import numpy as np
import xgboost

model, matrix, copy = sys.argv[1:]
values = np.load(matrix)
np.save(copy, np.ascontiguousarray(values))
booster = xgboost.Booster(model_file=model)
data = xgboost.DMatrix(np.ascontiguousarray(values), feature_names=booster.feature_names)
print(json.dumps({
    "margins": booster.predict(data, output_margin=True).view(np.uint32).tolist(),
    "predictions": booster.predict(data).view(np.uint32).tolist(),
}))
