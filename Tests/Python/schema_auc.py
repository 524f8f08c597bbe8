# SPDX-License-Identifier: Apache-2.0
"""Trains XGBoost on prepared data, with its weights if it has some, and prints its AUC on the rows
to test with.

usage: schema_auc.py FOLDER ROUNDS DEPTH
"""

import sys
from pathlib import Path

import numpy as np
import xgboost
from sklearn.metrics import roc_auc_score

folder, rounds, depth = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
train, test = (np.load(f"{folder}/X{part}.npy") for part in ("train", "test"))
labels, expected = (np.load(f"{folder}/y{part}.npy").ravel() for part in ("train", "test"))
weights, counted = (
    np.load(path).ravel() if Path(path).exists() else None
    for path in (f"{folder}/w{part}.npy" for part in ("train", "test"))
)
parameters = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "learning_rate": 0.02,
    "max_depth": depth,
    "min_child_weight": 6,
    "base_score": 0.5,
    "nthread": 1,
}
model = xgboost.train(parameters, xgboost.DMatrix(train, labels, weight=weights), rounds)
print(roc_auc_score(expected, model.predict(xgboost.DMatrix(test)), sample_weight=counted))
