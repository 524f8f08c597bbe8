# SPDX-License-Identifier: Apache-2.0
"""Cross-validates XGBoost on prepared rows with given folds; prints scikit-learn's figures of each.

usage: cross_validation.py FOLDER, with Xtrain.npy, ytrain.npy and, for weights, wtrain.npy
stdin: {"folds": [the fold of each row, from 0], "parameters": {...}, "rounds": N}
"""

import json
import pathlib
import sys

import numpy as np
import xgboost
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

folder = pathlib.Path(sys.argv[1])
spec = json.load(sys.stdin)
columns, labels = (np.load(folder / f"{name}train.npy") for name in "Xy")
labels = labels.ravel()
weights = folder / "wtrain.npy"
weights = np.load(weights).ravel() if weights.exists() else np.ones(len(labels))
folds = np.array(spec["folds"])
fixed = {"tree_method": "hist", "nthread": 1, "verbosity": 0, "objective": "binary:logistic"}
figures = {"auc": [], "log_loss": [], "brier": []}
for fold in range(folds.max() + 1):
    held = folds == fold
    data = xgboost.DMatrix(columns[~held], labels[~held], weight=weights[~held])
    booster = xgboost.train(fixed | spec["parameters"], data, spec["rounds"])
    scores = booster.predict(xgboost.DMatrix(columns[held])).astype(float)
    more = {"sample_weight": weights[held]}
    figures["auc"].append(roc_auc_score(labels[held], scores, **more))
    figures["log_loss"].append(log_loss(labels[held], scores, **more))
    figures["brier"].append(brier_score_loss(labels[held], scores, **more))
print(json.dumps(figures))
