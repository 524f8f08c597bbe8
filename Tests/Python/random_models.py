# SPDX-License-Identifier: Apache-2.0
"""Random models of the installed XGBoost, scored by `loan-default predict --matrix` as by XGBoost.

    PROGRAM=.build/release/loan-default random_models.py --models 1000 --seed 1

draws a booster, an objective and their parameters from the seed of each model, trains it on random
rows with missing values and categories, saves it as JSON and as UBJSON, and holds margins and
predictions to `Booster.predict` of the loaded model, bit for bit and in its shape: of DART to
`inplace_predict`, as scikit-learn's classes of XGBoost do, where both differ. A model that differs
is kept in --keep, with its rows and what both say; the exit status is then 1. The builds of one
release disagree about the last bit of a prediction of survival:aft, which may differ, no other.

Needs xgboost 2.0 or newer, for what the models of a release are drawn from; any release that
installs will do: the fixtures (Tests/Fixtures/README.md) say how.
"""
import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import xgboost

RELEASE = tuple(int(part) for part in xgboost.__version__.split(".")[:2])
# Objectives by the labels they are trained on.
OBJECTIVES = {
    "binary": ["binary:logistic", "binary:logitraw", "binary:hinge", "reg:logistic"],
    "classes": ["multi:softprob", "multi:softmax"],
    "number": ["reg:squarederror", "reg:pseudohubererror", "reg:absoluteerror",
               "reg:quantileerror"] + ["reg:expectileerror"] * (RELEASE >= (3, 3)),
    "positive": ["reg:squaredlogerror", "reg:gamma", "reg:tweedie", "survival:aft", "survival:cox"],
    "count": ["count:poisson"],
    "rank": ["rank:pairwise", "rank:ndcg"],
    "binary rank": ["rank:map"],
    "targets": ["reg:squarederror", "reg:absoluteerror"],
    "tags": ["binary:logistic"],
}
PROBABILITIES, LOGARITHMS = ["binary:logistic", "reg:logistic"], ["positive", "count"]
SCORED_ROWS = 200


class Drawn:
    """The parameters and the table of one model, from its seed."""

    def __init__(self, seed):
        self.seed, self.draw = seed, random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.kind, self.objective = self.draw.choice(
            [(kind, one) for kind, objectives in OBJECTIVES.items() for one in objectives])
        self.booster = self.draw.choices(["gbtree", "dart", "gblinear"], [6, 3, 1])[0]
        self.outputs = self.draw.choice([2, 3, 5, 9])
        self.columns = self.draw.choice([1, 2, 5, 12, 40])
        self.sizes = self.categories()
        self.parameters = self.drawn_parameters()
        self.rounds = self.draw.choice([0, 1, 2, 5, 20, 60])
        self.stops = self.rounds > 2 and self.draw.random() < 0.3
        self.rows = self.table(self.draw.choice([30, 200, 1000]))

    def __str__(self):
        shown = {**self.parameters, "rounds": self.rounds, "columns": self.columns,
                 "categories": self.sizes, "rows": len(self.rows)}
        return f"seed {self.seed}: {shown}" + ", stopped early" * self.stops

    @property
    def has_outputs(self):
        return self.kind in ["targets", "tags", "classes"]

    def categories(self):
        """The number of categories of each column; 0 for numbers."""
        has_some = self.booster != "gblinear" and self.draw.random() < 0.4
        return [self.draw.choice([0, 0, 2, 5, 40]) if has_some else 0 for _ in range(self.columns)]

    def drawn_parameters(self):
        draw = self.draw
        drawn = {"objective": self.objective, "seed": self.seed, "nthread": 1, "verbosity": 0,
                 "eta": draw.choice([0.01, 0.3, 1.0])}
        if self.kind == "classes":
            drawn["num_class"] = self.outputs
        if self.objective == "reg:quantileerror":
            drawn["quantile_alpha"] = draw.choice([0.2, [0.1, 0.5, 0.9]])
        if self.objective == "reg:expectileerror":
            drawn["expectile_alpha"] = draw.choice([0.2, [0.1, 0.5, 0.9]])
        if draw.random() < 0.5:
            low = 0.01 if self.kind in LOGARITHMS + ["binary", "tags"] else -3
            high = 0.99 if self.objective in PROBABILITIES or self.kind == "tags" else 3
            drawn["base_score"] = draw.uniform(low, high)
        return {**drawn, **(self.linear() if self.booster == "gblinear" else self.trees())}

    def linear(self):
        return {"booster": "gblinear", "updater": self.draw.choice(["shotgun", "coord_descent"]),
                "lambda": self.draw.choice([0, 0.1, 1])}

    def trees(self):
        draw = self.draw
        drawn = {"booster": self.booster, "max_depth": draw.choice([1, 2, 3, 6, 9, 13]),
                 "tree_method": draw.choice(["hist", "approx"] + ["exact"] * (not any(self.sizes))),
                 "min_child_weight": draw.choice([0, 1, 5]), "max_bin": draw.choice([4, 64, 256]),
                 "max_cat_to_onehot": draw.choice([1, 4, 100])}
        if draw.random() < 0.3:
            drawn.update(num_parallel_tree=draw.choice([2, 3]), subsample=0.7, colsample_bytree=0.7)
        if self.booster == "dart":
            drawn.update(rate_drop=draw.choice([0.1, 0.5]), one_drop=draw.choice([0, 1]),
                         skip_drop=draw.choice([0, 0.5]),
                         normalize_type=draw.choice(["tree", "forest"]),
                         sample_type=draw.choice(["uniform", "weighted"]))
        elif self.has_outputs and not any(self.sizes) and draw.random() < 0.6:
            drawn.update(multi_strategy="multi_output_tree", tree_method="hist")
        return drawn

    def table(self, count):
        columns = []
        for size in self.sizes:
            if size:
                column = self.numbers.integers(0, size, count)
            else:
                scale = 10.0 ** self.draw.choice([-20, -3, 0, 0, 4, 20])
                column = self.numbers.normal(scale=scale, size=count)
                if self.draw.random() < 0.3:
                    column = np.round(column / scale) * scale
            column = column.astype(np.float32)
            column[self.numbers.random(count) < self.draw.choice([0, 0.1, 0.6])] = np.nan
            columns.append(column)
        return np.stack(columns, 1)

    def labels(self):
        seen = np.nan_to_num(self.rows)
        seen /= np.maximum(1e-30, np.abs(seen).max(0))
        score = seen.sum(1) + self.numbers.normal(scale=0.3, size=len(seen))
        several = np.stack([score * (i + 1) + self.numbers.normal(size=len(seen))
                            for i in range(self.outputs)], 1)
        return {
            "binary": score > 0, "classes": several.argmax(1), "number": score,
            "positive": np.exp(score), "count": np.round(np.exp(score)),
            "rank": np.clip(np.round(score + 1), 0, 4), "binary rank": score > 0,
            "targets": several, "tags": several > 0,
        }[self.kind].astype(np.float32)

    def matrix(self, rows, labels=None):
        types = ["c" if size else "float" for size in self.sizes]
        data = xgboost.DMatrix(rows, label=labels, feature_types=types, enable_categorical=True)
        if labels is None:
            return data
        if "rank" in self.kind:
            data.set_group([len(rows) // 2, len(rows) - len(rows) // 2])
        if self.objective == "survival:aft":
            data.set_float_info("label_lower_bound", labels)
            data.set_float_info("label_upper_bound", np.where(labels > 2, np.inf, labels))
        return data

    def train(self):
        labels = self.labels()
        data = self.matrix(self.rows, labels)
        options = {}
        if self.stops:
            half = slice(0, max(2, len(self.rows) // 2))
            noise = self.numbers.permutation(labels[half])
            options = {"evals": [(self.matrix(self.rows[half], noise), "noise")],
                       "early_stopping_rounds": 2, "verbose_eval": False}
        return xgboost.train(self.parameters, data, self.rounds, **options)

    def scored(self):
        """Rows to score: some that were trained on, and new ones; never seen categories, too."""
        rows = np.concatenate([self.rows[:SCORED_ROWS // 2], self.table(SCORED_ROWS // 2)])
        for column, size in enumerate(self.sizes):
            if size:
                rows[-3:, column] = size + 1
        return np.ascontiguousarray(rows, np.float32)


def expected(path, drawn, rows):
    """Margins and predictions of the loaded model, by the iterations that count."""
    booster = xgboost.Booster(model_file=str(path))
    options = {}
    best = booster.attr("best_iteration")
    if best is not None:
        options["iteration_range"] = (0, int(best) + 1)
    data = drawn.matrix(rows)
    truth = {margin: booster.predict(data, output_margin=margin, **options)
             for margin in [True, False]}
    if drawn.booster == "dart" and drawn.rounds > 0 and RELEASE < (3, 3):
        for margin, values in truth.items():
            kind = "margin" if margin else "value"
            inplace = booster.inplace_predict(rows, predict_type=kind, validate_features=False,
                                              **options)
            truth[margin] = inplace.reshape(values.shape)
    return truth


def differences(program, seed, folder, kernel=None):
    """What is wrong with the model of a seed; its files are in `folder`."""
    drawn, folder = Drawn(seed), pathlib.Path(folder)
    rows = drawn.scored()
    np.save(folder / "rows.npy", rows)
    try:
        model = drawn.train()
    except xgboost.core.XGBoostError as error:
        return drawn, f"is not trained: {str(error).splitlines()[0]}", []
    faults = []
    for suffix in ["json", "ubj"]:
        path = folder / f"model.{suffix}"
        model.save_model(path)
        for margin, truth in expected(path, drawn, rows).items():
            output = folder / f"{suffix}-{'margins' if margin else 'predictions'}.npy"
            np.save(output.with_suffix(".xgboost.npy"), truth)
            run = subprocess.run(
                [program, "predict", "--model", path, "--matrix", folder / "rows.npy", "--output",
                 output, *["--margin"] * margin, *(["--kernel", kernel] if kernel else [])],
                capture_output=True, text=True, timeout=300)
            is_loose = drawn.objective == "survival:aft" and not margin
            fault = (run.stderr.strip() if run.returncode
                     else compared(np.load(output), truth, ulps=int(is_loose)))
            if fault:
                faults.append(f"{output.stem}: {fault}")
    return drawn, None, faults


def compared(scores, truth, ulps=0):
    """How scores differ from the truth by more than the last `ulps` of a positive number."""
    truth = np.asarray(truth, np.float32)
    if scores.shape != truth.shape:
        return f"the shape {scores.shape} for {truth.shape}"
    bits, true_bits = (np.ascontiguousarray(one).view(np.uint32).astype(np.int64)
                       for one in (scores, truth))
    wrong = abs(bits - true_bits) > ulps
    if wrong.any():
        place = tuple(int(part) for part in np.argwhere(wrong)[0])
        found = f"{scores[place]} for {truth[place]} at {place}"
        return f"{wrong.sum()} of {wrong.size} differ: {found}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=100, help="how many (100)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first one (1)")
    parser.add_argument("--kernel", help="score by this kernel alone")
    parser.add_argument("--keep", default="random-models", help="where models that differ are kept")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    program = os.environ.get("PROGRAM", ".build/release/loan-default")
    counts = {"equal": 0, "untrained": 0, "different": 0}
    for seed in range(options.seed, options.seed + options.models):
        with tempfile.TemporaryDirectory() as folder:
            drawn, skipped, faults = differences(program, seed, folder, options.kernel)
            if skipped or faults:
                print(f"{drawn}: {skipped or '; '.join(faults)}", flush=True)
            if faults:
                shutil.copytree(folder, pathlib.Path(options.keep) / str(seed), dirs_exist_ok=True)
            counts["untrained" if skipped else "different" if faults else "equal"] += 1
    found = ", ".join(f"{count} {what}" for what, count in counts.items())
    print(f"xgboost {xgboost.__version__}: {found}")
    sys.exit(1 if counts["different"] else 0)


if __name__ == "__main__":
    main()
