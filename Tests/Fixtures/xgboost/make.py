# SPDX-License-Identifier: Apache-2.0
"""Writes the fixtures of the XGBoost release that is installed: make.py FOLDER.

For each model a file in every format that the release writes, and `VERSION.json` with the rows, and
for each model its formats and the margins and predictions that this release gives for the rows, as
float32 bit patterns, by the model as loaded from its file: what the trained one remembers of its
training data can differ in the last bit. Models that are there to be refused have no margins.
"""
import json
import pathlib
import sys

import numpy as np
import xgboost

ROWS, NUMBERS, CATEGORIES = 24, 4, 7
RELEASE = tuple(int(part) for part in xgboost.__version__.split(".")[:2])
HAS_JSON, HAS_UBJSON, HAS_CATEGORIES = RELEASE >= (1, 0), RELEASE >= (1, 6), RELEASE >= (1, 6)
HAS_VECTOR_LEAVES, HAS_ENCODINGS = RELEASE >= (2, 0), RELEASE >= (3, 1)
HAS_BINARY, HAS_TREES_PER_ITERATION = RELEASE < (2, 1), RELEASE >= (1, 6)

TREE = {"max_depth": 2, "eta": 0.5, "seed": 1, "nthread": 1, "tree_method": "hist"}
SCORED = {
    "logistic": {"objective": "binary:logistic", "base_score": 0.3},
    "logitraw": {"objective": "binary:logitraw", "base_score": 0.1},
    "squarederror": {"objective": "reg:squarederror", "base_score": -2.75},
    "zero": {"objective": "binary:logistic"},
    "zero-base": {"objective": "reg:logistic", "base_score": 0.3},
}
UBJSON = ["logistic", "zero", "early", "encoded", "dart"]
OTHERS = {
    "dart": {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5, "one_drop": 1},
    "gblinear": {"objective": "binary:logistic", "booster": "gblinear"},
    "softprob": {"objective": "multi:softprob", "num_class": 3, "max_depth": 1},
}


def table():
    """Numbers with missing values, and a last column of category codes."""
    random = np.random.default_rng(7)
    numbers = random.normal(size=(ROWS, NUMBERS)).round(1).astype(np.float32)
    numbers[random.random(numbers.shape) < 0.1] = np.nan
    codes = random.integers(0, CATEGORIES, size=(ROWS, 1)).astype(np.float32)
    codes[:CATEGORIES, 0] = range(CATEGORIES)
    return np.hstack([numbers, codes])


class Fixtures:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.version = xgboost.__version__
        self.rows = table()
        self.score = (np.nan_to_num(self.rows[:, 0]) - np.nan_to_num(self.rows[:, 1])
                      + (self.rows[:, 4] % 3 - 1))
        self.labels = (self.score > 0).astype(np.float32)
        self.models = {}

    def matrix(self, labels, **options):
        return xgboost.DMatrix(self.rows, label=labels.astype(np.float32), **options)

    def save(self, name, model, margins=None, predictions=None, is_text=True):
        """Saves a Booster or a scikit-learn model in all formats."""
        has_ubjson = HAS_UBJSON and name in UBJSON
        formats = ["json"] * (HAS_JSON and is_text) + ["ubj"] * (has_ubjson and is_text)
        formats += ["bin"] * (not is_text)
        for suffix in formats:
            model.save_model(str(self.folder / f"{self.version}-{name}.{suffix}"))
        entry = {"formats": formats}
        if margins is not None:
            entry["margins"] = bits(margins)
            entry["predictions"] = bits(predictions)
        self.models[name] = entry

    def scored(self, name, parameters):
        options = {}
        if name != "squarederror":
            options = {"feature_names": [f"n{i}" for i in range(NUMBERS)] + ["grade"]}
        if HAS_CATEGORIES and name == "logistic":
            options.update(feature_types=["float"] * NUMBERS + ["c"], enable_categorical=True)
        labels = self.score if name == "squarederror" else self.labels
        matrix = self.matrix(labels, **options)
        rounds = 0 if name.startswith("zero") else 3
        tree = dict(TREE, max_cat_to_onehot=2) if HAS_CATEGORIES else TREE
        booster = xgboost.train({**tree, **parameters}, matrix, rounds)
        self.loaded(name, booster, self.matrix(labels, **options))

    def loaded(self, name, booster, matrix):
        """Saves a Booster, and what it predicts once it is loaded."""
        path = self.folder / f"{self.version}-{name}.json"
        booster.save_model(str(path))
        loaded = xgboost.Booster(model_file=str(path))
        margins, predictions = loaded.predict(matrix, output_margin=True), loaded.predict(matrix)
        if name == "dart" and RELEASE >= (1, 4):
            # As scikit-learn's classes of XGBoost predict: the last bit can differ.
            margins = loaded.inplace_predict(self.rows, predict_type="margin")
            predictions = loaded.inplace_predict(self.rows)
        self.save(name, booster, margins, predictions)

    def early(self, name, trees):
        """Stopped early: predicts by the iterations up to the best one, of some trees each."""
        def classifier(**options):
            return xgboost.XGBClassifier(n_estimators=20, learning_rate=1.5, max_depth=1,
                                         num_parallel_tree=trees, subsample=0.8, n_jobs=1,
                                         random_state=1, **options)
        wrong = 1 - self.labels[:ROWS // 2].astype(int)
        data = dict(eval_set=[(self.rows[:ROWS // 2], wrong)], verbose=False)
        labels = self.labels.astype(int)
        if RELEASE >= (1, 6):
            model = classifier(early_stopping_rounds=2).fit(self.rows, labels, **data)
        else:
            model = classifier().fit(self.rows, labels, early_stopping_rounds=2, **data)
        # The loaded model is asked: 1.4 and 1.5 predict otherwise before they are saved.
        path = self.folder / f"{self.version}-{name}.json"
        model.save_model(str(path))
        loaded = xgboost.XGBClassifier()
        loaded.load_model(str(path))
        margins = loaded.predict(self.rows, output_margin=True)
        if name == "early":
            self.save(name, model, margins, loaded.predict_proba(self.rows)[:, 1])
        else:
            self.save(name, model)

    def encoded(self):
        """Categories with codes in the order of the training data."""
        import pandas
        frame = pandas.DataFrame(self.rows[:, :NUMBERS], columns=[f"n{i}" for i in range(NUMBERS)])
        names = ["own", "rent", "mortgage", "other", "a", "bb", "zz"]
        frame["home"] = pandas.Categorical.from_codes(self.rows[:, 4].astype(int), names)
        matrix = xgboost.DMatrix(frame, label=self.labels, enable_categorical=True)
        booster = xgboost.train({**TREE, "max_cat_to_onehot": 2, "objective": "binary:logistic"},
                                matrix, 3)
        margins = booster.inplace_predict(self.rows, predict_type="margin", validate_features=False)
        self.save("encoded", booster, margins,
                  booster.inplace_predict(self.rows, validate_features=False))

    def write(self):
        if not HAS_JSON:
            self.save("binary", xgboost.train({**TREE, "objective": "binary:logistic"},
                                              self.matrix(self.labels), 2), is_text=False)
        else:
            for name, parameters in SCORED.items():
                self.scored(name, parameters)
            self.early("early", 2 if HAS_TREES_PER_ITERATION else 1)
            if not HAS_TREES_PER_ITERATION:
                self.early("early-parallel", 2)
            if HAS_ENCODINGS:
                self.encoded()
            self.others()
        (self.folder / f"{self.version}.json").write_text(json.dumps({
            "version": self.version, "columns": self.rows.shape[1], "rows": bits(self.rows),
            "models": self.models}, separators=(",", ":")) + "\n")

    def others(self):
        for name, parameters in OTHERS.items():
            labels = self.rows[:, 4] % 3 if name == "softprob" else self.labels
            tree = {"seed": 1, "nthread": 1} if name == "gblinear" else TREE
            booster = xgboost.train({**tree, **parameters}, self.matrix(labels), 2)
            self.loaded(name, booster, self.matrix(labels))
        if HAS_VECTOR_LEAVES:
            labels = np.stack([self.labels, 1 - self.labels], 1)
            parameters = {"objective": "reg:squarederror", "multi_strategy": "multi_output_tree"}
            booster = xgboost.train({**TREE, **parameters}, self.matrix(labels), 2)
            self.loaded("vector", booster, self.matrix(labels))
        if HAS_BINARY:
            booster = xgboost.train({**TREE, "objective": "binary:logistic"},
                                    self.matrix(self.labels), 1)
            self.save("binary", booster, is_text=False)


def bits(values):
    return np.ascontiguousarray(values, np.float32).ravel().view(np.uint32).tolist()


if __name__ == "__main__":
    Fixtures(sys.argv[1]).write()
