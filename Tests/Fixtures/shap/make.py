# SPDX-License-Identifier: Apache-2.0
"""Models, rows and their exact contributions by FastTreeSHAP in double precision: make.py FOLDER.

FastTreeSHAP reads the trees as numbers, so that it depends on no release's format: a row goes left
where its value is at most the float32 below the condition, and a child's weight is its share of the
covers of both children."""
import json
import pathlib
import sys

import numpy as np
import xgboost
from fasttreeshap import TreeExplainer

FOLDER = pathlib.Path(sys.argv[1])
COLUMNS, ROWS, EXPLAINED = 12, 6_000, 48


def table(seed):
    """Numbers of which some are missing, and risks that depend on several of them."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(ROWS, COLUMNS)).astype(np.float32)
    values[:, 3] = random.integers(0, 5, ROWS)
    risk = (values[:, 0] * values[:, 1] + np.sin(2 * values[:, 2]) + 0.4 * values[:, 3]
            + random.normal(scale=0.5, size=ROWS))
    values[random.random(values.shape) < 0.07] = np.nan
    return values, risk


def weights(tree):
    """The share of the training that reaches each node."""
    left, right, covers = (tree[name] for name in
                           ("left_children", "right_children", "sum_hessian"))
    shares = np.ones(len(left))
    for node, (first, second) in enumerate(zip(left, right)):
        if first < 0:
            continue
        both = float(covers[first]) + float(covers[second])
        shares[first] = shares[node] * covers[first] / both
        shares[second] = shares[node] * covers[second] / both
    return shares


def arrays(tree):
    left, right = np.array(tree["left_children"]), np.array(tree["right_children"])
    conditions = np.array(tree["split_conditions"], dtype=np.float32)
    leaf = left < 0
    goes_left = np.array(tree["default_left"], dtype=bool)
    below = np.nextafter(conditions, np.float32(-np.inf))
    return {
        "children_left": left,
        "children_right": right,
        "children_default": np.where(leaf, -1, np.where(goes_left, left, right)),
        "features": np.where(leaf, -2, np.array(tree["split_indices"])),
        "thresholds": np.where(leaf, 0, below).astype(np.float64),
        "values": np.where(leaf, conditions, 0).astype(np.float64)[:, None],
        "node_sample_weight": weights(tree),
    }


def explained(booster, rows, base):
    """Contributions of shape (rows, classes, columns + 1), the mean of the margins last."""
    model = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]
    classes = max(model["tree_info"]) + 1
    parts = []
    for number in range(classes):
        trees = [arrays(tree) for tree, own in zip(model["trees"], model["tree_info"])
                 if own == number]
        explainer = TreeExplainer({"trees": trees}, algorithm="v1", n_jobs=1)
        contributions = explainer.shap_values(rows.astype(np.float64), check_additivity=False)
        mean = np.full((len(rows), 1), base + float(np.ravel(explainer.expected_value)[0]))
        parts.append(np.hstack([contributions, mean]))
    return np.stack(parts, axis=1)


def write(name, labels, values, parameters, rounds, base):
    matrix = xgboost.DMatrix(values, label=labels)
    booster = xgboost.train({"base_score": 0.5, "seed": 7, "nthread": 1} | parameters, matrix, rounds)
    rows = values[:EXPLAINED]
    own = booster.predict(xgboost.DMatrix(rows), pred_contribs=True)
    (FOLDER / f"{name}.ubj").write_bytes(booster.save_raw("ubj"))
    (FOLDER / f"{name}.json").write_text(json.dumps({
        "columns": COLUMNS,
        "rows": [int(bits) for bits in rows.ravel().view(np.uint32)],
        "fasttreeshap": [float(f"{value:.13g}") for value in explained(booster, rows, base).ravel()],
        "xgboost": [float(f"{value:.9g}") for value in own.ravel()],
    }, separators=(",", ":")) + "\n")


values, risk = table(1)
write("deep", risk > 1, values, {"objective": "binary:logistic", "max_depth": 10}, 6, base=0.0)
values, risk = table(2)
write("classes", np.digitize(risk, [0, 1]), values,
      {"objective": "multi:softprob", "num_class": 3, "max_depth": 5}, 5, base=0.5)
