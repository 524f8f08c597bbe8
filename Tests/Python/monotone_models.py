# SPDX-License-Identifier: Apache-2.0
"""Trains XGBoost on noisy data and prints three models as JSON, one a line: trees with the
constraints of the columns, trees without any, and a linear model.

The margin goes up along column 0 and down along column 1, either way along column 2, and column 3
has categories.

usage: monotone_models.py SEED
"""

import sys

import numpy as np
import xgboost

TYPES = ["q", "q", "q", "c"]
random = np.random.default_rng(int(sys.argv[1]))
columns = random.normal(size=(2_000, 4)).astype(np.float32)
columns[:, 3] = random.integers(0, 40, len(columns))
columns[random.random(columns.shape) < 0.1] = np.nan
filled = np.nan_to_num(columns)
margin = filled[:, 0] - filled[:, 1] + np.sin(3 * filled[:, 2]) + filled[:, 3] % 3
labels = random.random(len(margin)) < 1 / (1 + np.exp(1 - margin))
data = xgboost.DMatrix(columns, labels, feature_types=TYPES, enable_categorical=True)
for more in ({"monotone_constraints": (1, -1, 0, 0)}, {}):
    parameters = {
        "objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": 0.3,
        "max_cat_to_onehot": 1, "nthread": 1,
    }
    print(xgboost.train(parameters | more, data, 30).save_raw("json").decode())
linear = {"objective": "binary:logistic", "booster": "gblinear", "updater": "coord_descent"}
numbers = xgboost.DMatrix(columns[:, :3], labels)
print(xgboost.train(linear | {"nthread": 1}, numbers, 20).save_raw("json").decode())
