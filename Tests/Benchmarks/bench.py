# SPDX-License-Identifier: Apache-2.0
"""Runs every benchmark, prints one table and writes bench-results.json.

Each row is a figure with its baseline, measured in the same run: name, value, unit, baseline,
baseline_value, ratio (how many times better than the baseline). Whole programs are compared by
alternating them and taking medians. `--check` fails if a ratio is below that in thresholds.json;
`--write` writes the rows into docs/performance.md.

    bench.py [--quick | --check --write] [NAME ...]

A new benchmark is a function that yields rows, registered in `BENCHES` under its NAME; its ratios
get thresholds in thresholds.json, and its name a pair of markers in docs/performance.md.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile

import page
from bench_forest import bench_forest
from bench_grpc import bench_grpc
from bench_http import bench_http
from bench_protocols import bench_protocols
from bench_quality import bench_quality
from bench_reasons import bench_reasons
from bench_record import bench_record
from bench_rpc import bench_rpc
from bench_shadow import bench_shadow
from bench_storage import bench_storage
from bench_table import bench_table
from check import report
from measure import PROGRAM, ROOT, alternate, applications, peak_memory, row, run


def bench_data(folder, quick):
    source, kind = applications(folder)
    size = 100_000 if quick else 400_000
    ours = [PROGRAM, "data", "--local-path", source, "--target-path", folder / "data",
            "--size", size, "--seed", 1]
    (folder / "original").mkdir(exist_ok=True)
    script = ROOT / "Tests/Benchmarks/original_data_step.py"
    report = folder / "original.json"
    baseline = [sys.executable, script, "--size", size, "--report", report, source,
                folder / "original"]
    timings = []
    for _ in range(1 if quick else 3):
        wall, _ = run(ours)
        # The original's imports are not its work: it reports its own stages.
        run(baseline)
        stages = json.loads(report.read_text())
        timings.append((wall, stages["total"]))
    mine, theirs = [statistics.median(column) for column in zip(*timings)]
    peak = peak_memory(list(map(str, ours)))
    name = f"data step: {size:,} rows, {kind}"
    return [
        row(name, mine, "s", "pandas + scikit-learn", theirs, theirs / mine),
        row(f"{name}, peak memory", peak / 1e6, "MB", "limit of 300 MB", 300, 300e6 / peak),
    ]


def bench_train(folder, quick):
    source, kind = applications(folder)
    size = 100_000 if quick else 400_000
    rounds = 50 if quick else 500
    run([PROGRAM, "data", "--local-path", source, "--target-path", folder / "data",
         "--size", size, "--seed", 1])
    compiled = folder / "train_baseline"
    run(["cc", "-O2", "-o", compiled, ROOT / "Tests/Benchmarks/train_baseline.c", "-lxgboost"])
    threads = len(os.sched_getaffinity(0))
    mine, theirs = alternate(
        [PROGRAM, "train", "--local-data-path", folder / "data", "--local-model-path",
         folder / "models", "--model-name", "bench.model", "--rounds", rounds,
         "--threads", threads],
        [compiled, folder / "data", threads, rounds, folder / "baseline.json"],
        1 if quick else 3)
    return [row(f"train: {rounds} rounds, {size:,} rows, {kind}, whole program", mine, "s",
                "libxgboost from C", theirs, theirs / mine)]


BENCHES = {
    "data": bench_data, "table": bench_table, "train": bench_train, "quality": bench_quality,
    "forest": bench_forest, "rpc": bench_rpc, "http": bench_http, "protocols": bench_protocols,
    "grpc": bench_grpc, "reasons": bench_reasons, "record": bench_record,
    "shadow": bench_shadow,
    "storage": bench_storage,
}


def measured(results):
    """The rows of a part, printed as they come."""
    rows = []
    for result in results:
        rows.append(result)
        ratio = "" if result["ratio"] is None else f"{result['ratio']:6.2f}x"
        print(f"{result['name'][:66]:66} {result['value']:10.4g} {result['unit']:10} "
              f"{result['baseline'][:34]:34} {result['baseline_value']:10.4g} {ratio}", flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one run each")
    parser.add_argument("--check", action="store_true", help="fail below the thresholds")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("names", nargs="*", help="; ".join(BENCHES))
    options = parser.parse_args()
    if options.quick and (options.check or options.write):
        parser.error("--check and --write are for full sizes: leave out --quick")
    parts = options.names or list(BENCHES)
    found = {}
    print(f"{'name':66} {'value':>10} {'unit':10} {'baseline':34} {'its value':>10} {'ratio':>7}")
    for name in parts:
        with tempfile.TemporaryDirectory() as folder:
            found[name] = measured(BENCHES[name](pathlib.Path(folder), options.quick))
    rows = [result for results in found.values() for result in results]
    (ROOT / "bench-results.json").write_text(json.dumps(rows, indent=2) + "\n")
    if options.write:
        page.write(found)
    if options.check and not report(rows, parts):
        sys.exit(1)


if __name__ == "__main__":
    main()
