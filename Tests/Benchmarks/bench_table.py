# SPDX-License-Identifier: Apache-2.0
"""A table of 50 columns that nobody has described: its schema inferred and its rows prepared,
against pandas and scikit-learn that do the same."""
import json
import statistics
import sys

import numpy as np
import pandas as pd

from measure import PROGRAM, ROOT, peak_memory, row, run

# Rows that are drawn; longer tables repeat them, which no step here takes advantage of.
DRAWN = 50_000
NUMBERS, WHOLE, CATEGORIES, DATES, BOOLEANS = 22, 8, 12, 4, 3
# What each program may take at most, in MB: the rows of the table, and buffers.
MEMORY_MAX = 400


def write_table(path, rows):
    """Numbers with and without a point, words, dates, booleans and a label; a tenth is missing in
    every third column."""
    random = np.random.default_rng(1)
    columns = {}
    for place in range(NUMBERS):
        columns[f"number_{place}"] = random.normal(1_000, 300, DRAWN).round(place % 5 + 1)
    for place in range(WHOLE):
        columns[f"whole_{place}"] = random.integers(0, 10 ** (place % 5 + 2), DRAWN)
    for place in range(CATEGORIES):
        names = [f"category {place} value {value}" for value in range(3 + 2 * place)]
        columns[f"category_{place}"] = random.choice(names, DRAWN)
    for place in range(DATES):
        days = random.integers(12_000, 20_000, DRAWN).astype("datetime64[D]")
        columns[f"date_{place}"] = days.astype(str)
    for place in range(BOOLEANS):
        columns[f"boolean_{place}"] = random.choice(["yes", "no"], DRAWN)
    odds = columns["number_0"] / 300 - columns["whole_0"] / 50 + random.normal(0, 1, DRAWN)
    table = pd.DataFrame(columns).astype(object)
    for place in range(0, table.shape[1], 3):
        table.iloc[random.random(DRAWN) < 0.1, place] = None
    table["label"] = np.where(odds > 2.4, "bad", "good")
    body = table.to_csv(index=False, header=False).encode()
    with open(path, "wb") as file:
        file.write((",".join(table.columns) + "\n").encode())
        for _ in range(rows // DRAWN):
            file.write(body)


def bench_table(folder, quick):
    """Schema and preparation, as programs; the imports of the others are not counted."""
    rows = 100_000 if quick else 1_000_000
    source, schema, report = (folder / name for name in ("t.csv", "schema.json", "theirs.json"))
    write_table(source, rows)
    infer = [PROGRAM, "schema", source, "--label", "label=bad"]
    prepare = [PROGRAM, "data", "--local-path", source, "--schema", schema, "--target-path",
               folder / "ours", "--seed", 1]
    baseline = [sys.executable, ROOT / "Tests/Benchmarks/table_baseline.py", source,
                folder / "theirs", report]
    timings = []
    for _ in range(1 if quick else 3):
        inferring, text = run(infer)
        schema.write_bytes(text)
        preparing, _ = run(prepare)
        run(baseline)
        timings.append((inferring, preparing, *map(json.loads(report.read_text()).get,
                                                   ("infer", "prepare"))))
    inferring, preparing, infers, prepares = map(statistics.median, zip(*timings))
    peaks = [peak_memory(list(map(str, command))) for command in (infer, prepare)]
    name = f"{rows:,} rows of 50 columns"
    other = "pandas + scikit-learn"
    return [
        row(f"{name}: schema and data", inferring + preparing, "s", other, infers + prepares,
            (infers + prepares) / (inferring + preparing)),
        row(f"{name}: schema alone", inferring, "s", other, infers, infers / inferring),
        *[row(f"{name}: {step}, peak memory", peak / 1e6, "MB", f"limit of {MEMORY_MAX} MB",
              MEMORY_MAX, MEMORY_MAX * 1e6 / peak)
          for step, peak in zip(("schema", "data"), peaks)],
    ]
