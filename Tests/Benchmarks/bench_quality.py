# SPDX-License-Identifier: Apache-2.0
"""The scores that a training reports, against those of applications that were kept away from
preparation and training altogether: a quarter of the distinct rows of the table. The reported AUC is
promised to be within 0.015 of theirs, the reported Brier score within 0.01."""
import re

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, roc_auc_score

from measure import PROGRAM, applications, row, run

LABEL = "loan_status"
SCORES = re.compile(r"AUC ([0-9.]+), Brier score ([0-9.]+)")


def keep_away(source, folder):
    """Writes the table without a quarter of its distinct rows, and these; returns their labels."""
    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    groups = table.groupby(list(table.columns), sort=False).ngroup().to_numpy()
    count = groups.max() + 1
    away = np.isin(groups, np.random.default_rng(1).permutation(count)[:count // 4])
    table[~away].to_csv(folder / "given.csv", index=False)
    table[away].to_csv(folder / "away.csv", index=False)
    return table[away][LABEL].astype(int).to_numpy()


def reported_and_away(folder, labels, size, rounds):
    """AUC and Brier score as training reports them, and of the rows that were kept away."""
    size_option = ["--size", size] if size else []
    run([PROGRAM, "data", "--local-path", folder / "given.csv", "--target-path", folder / "data",
         "--seed", 1, *size_option])
    model = ["--local-model-path", folder / "models", "--model-name", "bench.model"]
    _, report = run([PROGRAM, "train", "--local-data-path", folder / "data", *model,
                     "--rounds", rounds])
    reported = [float(text) for text in SCORES.search(report.decode()).groups()]
    run([PROGRAM, "predict", "--input", folder / "away.csv", "--output", folder / "scores.csv",
         *model, "--preprocessor-path", folder / "data"])
    scores = pd.read_csv(folder / "scores.csv")["probability"]
    return reported, [roc_auc_score(labels, scores), brier_score_loss(labels, scores)]


def bench_quality(folder, quick):
    source, kind = applications(folder)
    labels = keep_away(source, folder)
    rounds = 50 if quick else 500
    rows = []
    for size in [None, 100_000 if quick else 400_000]:
        pairs = zip(["AUC", "Brier score"], *reported_and_away(folder, labels, size, rounds))
        for score, reported, away in pairs:
            table = f"expanded to {size:,}" if size else "as it is"
            rows.append(row(f"reported {score}: {rounds} rounds, {kind} {table}", reported, "",
                            f"{len(labels):,} rows kept away", away, None))
    return rows
