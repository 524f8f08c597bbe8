# SPDX-License-Identifier: Apache-2.0
"""Models that a data scientist trains in Python, and what they predict."""

import pathlib

import numpy as np
import pandas
import xgboost

ROWS = 60
SCORED = 9
PURPOSES = ["car", "education, abroad", 'the "big" house', "boat; 2nd", "other"]


def table():
    """Numbers with missing values, and a category of texts with commas and quotes."""
    random = np.random.default_rng(3)
    numbers = random.normal(size=(ROWS, 3)).astype(np.float32) * np.float32([1000, 0.01, 1])
    numbers[random.random(numbers.shape) < 0.15] = np.nan
    frame = pandas.DataFrame(numbers, columns=["amount", "rate", "debt to income"])
    frame["purpose"] = pandas.Categorical.from_codes(
        np.arange(ROWS) % len(PURPOSES) - (np.arange(ROWS) % 11 == 0), PURPOSES)
    return frame


class Brought:
    """A saved model: its rows, and what Python predicts for them."""

    def __init__(self, folder, name, model, frame, predict, suffix="json"):
        self.name, self.file = name, f"{name}.{suffix}"
        path = pathlib.Path(folder) / self.file
        model.save_model(path)
        loaded = type(model)()
        loaded.load_model(path)
        self.rows = frame[:SCORED]
        self.truth = np.ascontiguousarray(predict(loaded, self.rows), np.float32)
        codes = {column: self.rows[column].cat.codes for column in self.texts}
        # The matrix that the model was trained on: codes of categories, of which -1 is missing.
        self.matrix = self.rows.assign(**codes).to_numpy(np.float32)
        for place, column in enumerate(self.rows):
            if column in codes:
                self.matrix[self.matrix[:, place] < 0, place] = np.nan

    @property
    def texts(self):
        return [name for name in self.rows if self.rows[name].dtype == "category"]

    @property
    def names(self):
        return list(self.rows)

    def records(self):
        """The rows as objects of JSON."""
        def cell(value):
            return None if pandas.isna(value) else value if isinstance(value, str) else float(value)
        return [{name: cell(value) for name, value in row.items()}
                for row in self.rows.to_dict("records")]


def models(folder):
    """One model for each kind of prediction, and for each way that a file can be."""
    frame = table()
    numbers = frame.drop(columns="purpose")
    filled = numbers.fillna(0).to_numpy()
    score = filled[:, 0] / 1000 + filled[:, 2]
    classes = np.digitize(score, [-1, 0, 1])
    options = dict(n_estimators=8, max_depth=3, n_jobs=1, random_state=1)

    def fitted(kind, data, labels, **more):
        return getattr(xgboost, kind)(**{**options, **more}).fit(data, labels)

    def chance(model, rows):
        return model.predict_proba(rows)[:, 1]

    def trained(parameters, labels):
        data = xgboost.DMatrix(numbers, label=labels)
        return xgboost.train({"nthread": 1, "max_depth": 2, **parameters}, data, 5)

    def by_booster(booster, rows):
        return booster.predict(xgboost.DMatrix(rows))

    stopped = xgboost.XGBRegressor(**{**options, "n_estimators": 50, "learning_rate": 1.5},
                                   early_stopping_rounds=2)
    stopped.fit(numbers, score, eval_set=[(numbers[30:], score[30:][::-1])], verbose=False)
    assert stopped.best_iteration < 49
    unnamed = numbers.to_numpy()
    by_place = numbers.set_axis([f"f{place}" for place in range(3)], axis=1)
    return {model.name: model for model in [
        Brought(folder, "classes", fitted("XGBClassifier", numbers, classes), numbers,
                lambda model, rows: model.predict_proba(rows)),
        Brought(folder, "loss", stopped, numbers, lambda model, rows: model.predict(rows)),
        Brought(folder, "dart", fitted("XGBClassifier", unnamed, score > 0, booster="dart",
                                       rate_drop=0.5, one_drop=True), by_place,
                lambda model, rows: chance(model, rows.to_numpy()), suffix="ubj"),
        Brought(folder, "categories", fitted("XGBClassifier", frame, (score > 0) ^ (
            frame["purpose"] == "car"), enable_categorical=True), frame, chance),
        Brought(folder, "segment", trained({"objective": "multi:softmax", "num_class": 4}, classes),
                numbers, by_booster),
        Brought(folder, "pair", trained({"objective": "reg:squarederror"}, filled[:, :2]), numbers,
                by_booster),
        Brought(folder, "linear", trained({"objective": "count:poisson", "booster": "gblinear"},
                                          classes), numbers, by_booster),
    ]}
