# SPDX-License-Identifier: Apache-2.0
"""Writes boosters x objectives of the XGBoost release that is installed: matrix.py FOLDER.

`VERSION.jsonl` has two lines a model: what the release predicts by it for the rows of
`VERSION.json`, and the model itself, as the release saved it. `VERSION.ubj` has the same models as
UBJSON, one after another. Margins and predictions are those of the first rows, as float32 bit
patterns of eight hexadecimal digits, row after row, by the model as loaded from its file. `inplace`
is there where `inplace_predict` gives other bits.

Models of gbtree have the base score that the release finds, models of dart and gblinear one that is
given.
"""
import itertools
import json
import os
import pathlib
import sys
import tempfile

import numpy as np
import xgboost

from make import HAS_CATEGORIES, HAS_ENCODINGS, HAS_UBJSON, HAS_VECTOR_LEAVES, NUMBERS, RELEASE
from make import ROWS, TREE, table

HAS_TARGETS, HAS_VECTOR_BASE = RELEASE >= (1, 6), RELEASE >= (3, 1)
UNCHECKED = {"validate_features": False} if RELEASE >= (1, 4) else {}
SCORED_ROWS = 8
STUMP = dict(TREE, max_depth=1)
BOOSTERS = {
    "gbtree": STUMP,
    "dart": dict(STUMP, booster="dart", rate_drop=0.5, one_drop=1),
    "gblinear": {"booster": "gblinear", "updater": "coord_descent", "seed": 1, "nthread": 1},
}
# The first release that has it, its labels, a base score, and parameters.
OBJECTIVES = {
    "binary:logistic": ((1, 0), "binary", 0.3, {}),
    "binary:logitraw": ((1, 0), "binary", 0.1, {}),
    "binary:hinge": ((1, 0), "binary", 0.2, {}),
    "multi:softprob": ((1, 0), "classes", 0.3, {"num_class": 3}),
    "multi:softmax": ((1, 0), "classes", 0.3, {"num_class": 3}),
    "reg:squarederror": ((1, 0), "number", -2.75, {}),
    "reg:linear": ((1, 0), "number", -2.75, {}),
    "reg:squaredlogerror": ((1, 0), "positive", 1.5, {}),
    "reg:logistic": ((1, 0), "binary", 0.7, {}),
    "reg:pseudohubererror": ((1, 2), "number", 0.25, {}),
    "reg:absoluteerror": ((1, 7), "number", -0.75, {}),
    "reg:quantileerror": ((2, 0), "number", 0.125, {"quantile_alpha": 0.3}),
    "reg:expectileerror": ((3, 3), "number", 0.125, {"expectile_alpha": 0.3}),
    "reg:gamma": ((1, 0), "positive", 1.7, {}),
    "reg:tweedie": ((1, 0), "positive", 1.7, {"tweedie_variance_power": 1.4}),
    "count:poisson": ((1, 0), "count", 1.7, {}),
    "rank:pairwise": ((1, 0), "rank", 0.7, {}),
    "rank:ndcg": ((1, 0), "rank", 0.7, {}),
    "rank:map": ((1, 0), "binary rank", 0.7, {}),
    "survival:cox": ((1, 0), "censored", 1.7, {}),
    "survival:aft": ((1, 2), "bounds", 1.7, {"aft_loss_distribution": "logistic"}),
}
EXPECTILES = {"objective": "reg:expectileerror", "expectile_alpha": [0.2, 0.5, 0.9]}
QUANTILES = {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]}
SQUARED = {"objective": "reg:squarederror"}
SOFTPROB = {"objective": "multi:softprob", "num_class": 3}
VECTOR = {"multi_strategy": "multi_output_tree"}
FOREST = {"num_parallel_tree": 2, "subsample": 0.8, "colsample_bynode": 0.8}


class Matrix:
    def __init__(self, folder):
        self.path = pathlib.Path(folder) / xgboost.__version__
        self.rows = table()
        self.scored = self.rows[:SCORED_ROWS]
        filled = np.nan_to_num(self.rows)
        score = filled[:, 0] - filled[:, 1] + filled[:, 4] % 3 - 1
        self.labels = {
            "binary": score > 0, "classes": self.rows[:, 4] % 3, "number": score,
            "two classes": self.rows[:, 4] % 2,
            "positive": np.exp(score / 2), "count": np.round(np.exp(score / 2)),
            "rank": np.clip(np.round(score + 1), 0, 3), "binary rank": score > 0,
            "censored": np.exp(score / 2) * np.where(filled[:, 2] > 0.5, -1, 1),
            "bounds": np.exp(score / 2), "targets": np.stack([score, filled[:, 2]], 1),
            "tags": np.stack([score > 0, filled[:, 2] > 0], 1),
        }
        self.lines, self.ubjson = [], b""

    def matrix(self, kind, categories=False):
        options = {}
        if categories:
            options = dict(feature_types=["float"] * NUMBERS + ["c"], enable_categorical=True)
        labels = self.labels[kind].astype(np.float32)
        data = xgboost.DMatrix(self.rows, label=labels, **options)
        if "rank" in kind:
            data.set_group([ROWS // 2, ROWS // 2])
        if kind == "bounds":
            data.set_float_info("label_lower_bound", labels)
            data.set_float_info("label_upper_bound", np.where(labels > 2, np.inf, labels))
        return data

    def train(self, name, parameters, kind, rounds=2, categories=False):
        booster = xgboost.train(parameters, self.matrix(kind, categories), rounds)
        options = {"enable_categorical": True} if categories else {}
        self.add(name, booster, lambda loaded, margin: loaded.predict(
            xgboost.DMatrix(self.scored, feature_types=booster.feature_types, **options),
            output_margin=margin))

    def add(self, name, model, predict):
        """Adds a Booster or a scikit-learn model, and what it predicts once it is loaded."""
        contents = []
        with tempfile.TemporaryDirectory() as folder:
            for suffix in ["json"] + ["ubj"] * HAS_UBJSON:
                path = os.path.join(folder, "model." + suffix)
                model.save_model(path)
                content = pathlib.Path(path).read_bytes()
                contents.append((content, *self.scores(path, model, predict)))
        text, expected, inplace = contents[0]
        assert b"\n" not in text and all(content[1:] == contents[0][1:] for content in contents)
        entry = {"name": name, **expected}
        if inplace is not None and inplace != expected:
            entry["inplace"] = inplace
        if HAS_UBJSON:
            entry["ubjson"] = [len(self.ubjson), len(contents[1][0])]
            self.ubjson += contents[1][0]
        self.lines += [json.dumps(entry, separators=(",", ":")).encode(), text]

    def scores(self, path, model, predict):
        """What the model of a file predicts, and by `inplace_predict` where it can."""
        loaded = type(model)()
        loaded.load_model(path)
        booster = loaded.get_booster() if hasattr(loaded, "get_booster") else loaded
        expected = both(lambda margin: predict(loaded, margin))
        if not hasattr(booster, "inplace_predict") or loaded is not booster:
            return expected, None
        try:
            return expected, both(lambda margin: booster.inplace_predict(
                self.scored, predict_type="margin" if margin else "value", **UNCHECKED))
        except xgboost.core.XGBoostError:
            return expected, None

    def objectives(self):
        for booster, (objective, (since, kind, base, options)) in itertools.product(
                BOOSTERS, OBJECTIVES.items()):
            is_new = booster == "gbtree" or objective != "reg:linear"
            if RELEASE >= since and is_new:
                parameters = dict(BOOSTERS[booster], objective=objective, **options)
                if booster != "gbtree":
                    parameters["base_score"] = base
                self.train(f"{booster} {objective}", parameters, kind,
                           rounds=1 if booster == "gbtree" else 2)

    def shapes(self):
        """Trees of several outputs, several trees an iteration, models without trees."""
        tree, dart = STUMP, BOOSTERS["dart"]
        logistic = {"objective": "binary:logistic"}
        self.train("parallel binary:logistic", {**tree, **FOREST, **logistic}, "binary")
        self.train("parallel multi:softprob", {**tree, **FOREST, **SOFTPROB}, "classes", rounds=1)
        self.train("parallel dart multi:softprob",
                   {**dart, **FOREST, **SOFTPROB, "normalize_type": "forest",
                    "num_class": 2}, "two classes")
        for objective in ["count:poisson", "survival:cox", "reg:squarederror", "binary:hinge"]:
            _, kind, base, _ = OBJECTIVES[objective]
            self.train(f"given {objective}", {**tree, "objective": objective, "base_score": base},
                       kind, rounds=1)
            self.train(f"empty {objective}", {**tree, "objective": objective}, kind, rounds=0)
        self.train("empty multi:softprob", {**tree, **SOFTPROB}, "classes", rounds=0)
        self.train("found dart multi:softprob", {**dart, **SOFTPROB}, "classes")
        if HAS_TARGETS:
            self.train("found dart targets", {**dart, **logistic}, "tags")
            self.train("targets reg:squarederror", {**tree, **SQUARED}, "targets")
            self.train("targets binary:logistic", {**tree, **logistic, "base_score": 0.3}, "tags")
        if HAS_CATEGORIES:
            category = {"max_cat_to_onehot": 2, "max_depth": 2}
            self.train("categories multi:softprob", {**tree, **SOFTPROB, **category}, "classes",
                       categories=True)
            self.train("categories dart", {**dart, **logistic, **category}, "binary",
                       categories=True)
        if HAS_VECTOR_LEAVES:
            # Of which many cross.
            crossing = {"eta": 1.0, "subsample": 0.3, "base_score": 0.0}
            self.train("quantiles", {**tree, **QUANTILES, **crossing}, "number")
            self.train("vector reg:squarederror", {**tree, **VECTOR, **SQUARED}, "targets")
            self.train("vector binary:logistic", {**tree, **VECTOR, **logistic, "base_score": 0.3},
                       "tags")
            self.train("vector multi:softprob", {**tree, **VECTOR, **SOFTPROB}, "classes")
        if RELEASE >= OBJECTIVES["reg:expectileerror"][0]:
            self.train("expectiles", {**tree, **EXPECTILES}, "number")
            self.train("given expectiles", {**tree, **EXPECTILES, "base_score": 0.25}, "number")
        if HAS_VECTOR_BASE:
            self.train("bases multi:softprob",
                       {**tree, **SOFTPROB, "base_score": [0.2, 0.3, 0.5]}, "classes")

    def early(self):
        """Stopped early; predicts by the iterations up to the best one."""
        stop = {"early_stopping_rounds": 1}
        for name, labels, options in [
                ("early multi:softprob", self.labels["classes"].astype(int), {}),
                ("early dart", self.labels["binary"].astype(int),
                 {"booster": "dart", "rate_drop": 0.5})]:
            wrong = labels[::-1][:ROWS // 2]
            inside = stop if RELEASE >= (1, 6) else {}
            model = xgboost.XGBClassifier(n_estimators=3, learning_rate=1.5, max_depth=1, n_jobs=1,
                                          subsample=0.8, random_state=1, **options, **inside)
            model.fit(self.rows, labels, eval_set=[(self.rows[:ROWS // 2], wrong)], verbose=False,
                      **({} if inside else stop))
            self.add(name, model, lambda loaded, margin: (
                loaded.predict(self.scored, output_margin=True) if margin
                else loaded.predict_proba(self.scored)[:, 0 if "multi" in name else 1:]))

    def encoded(self):
        """Categories as text, and as numbers, in an order of the training data's own."""
        import pandas
        kinds = {"texts": ["own", "rent", "mortgage", "other", "a", "é \"b\"", ""],
                 "numbers": [9, 7, 5, 3, 1, 0, 2]}
        for name, categories in kinds.items():
            frame = pandas.DataFrame(self.rows[:, :NUMBERS], columns=["a", "b", "c", "d"])
            frame["home"] = pandas.Categorical.from_codes(self.rows[:, 4].astype(int), categories)
            data = xgboost.DMatrix(frame, label=self.labels["classes"], enable_categorical=True)
            booster = xgboost.train({**STUMP, **SOFTPROB, "max_cat_to_onehot": 2}, data, 1)
            scored = xgboost.DMatrix(frame[:SCORED_ROWS], enable_categorical=True)
            self.add(f"encoded {name}", booster,
                     lambda loaded, margin: loaded.predict(scored, output_margin=margin))

    def write(self):
        self.objectives()
        self.shapes()
        self.early()
        if HAS_ENCODINGS:
            self.encoded()
        self.path.with_name(self.path.name + ".jsonl").write_bytes(b"\n".join(self.lines) + b"\n")
        if HAS_UBJSON:
            self.path.with_name(self.path.name + ".ubj").write_bytes(self.ubjson)


def both(predict):
    return {"margins": digits(predict(True)), "predictions": digits(predict(False))}


def digits(values):
    return np.ascontiguousarray(values, ">f4").tobytes().hex()


if __name__ == "__main__":
    Matrix(sys.argv[1]).write()
