# SPDX-License-Identifier: Apache-2.0
"""What all benchmarks share: rows of results, and running programs."""
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = ROOT / ".build/release"
PROGRAM = RELEASE / "loan-default"


def row(name, value, unit, baseline, baseline_value, ratio):
    return {"name": name, "value": value, "unit": unit, "baseline": baseline,
            "baseline_value": baseline_value, "ratio": ratio}


def run(command, **options):
    """Runs a command; returns (wall seconds, standard output)."""
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment, **options)
    output, errors = process.communicate()
    wall = time.perf_counter() - start
    if process.returncode != 0:
        sys.exit(f"{command}: exit {process.returncode}\n{errors.decode()}")
    return wall, output


def peak_memory(command):
    """The peak resident bytes of a command, from a child of its own."""
    code = ("import resource, subprocess, sys;"
            "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL,"
            " stderr=subprocess.DEVNULL);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)")
    return int(run([sys.executable, "-c", code, *command])[1])


def alternate(ours, baseline, runs):
    """Median wall seconds of two commands, run in turn."""
    times = [(run(ours)[0], run(baseline)[0]) for _ in range(runs)]
    return [statistics.median(column) for column in zip(*times)]


def applications(folder):
    """The real table when it is given, else generated applications of the same size."""
    given = os.environ.get("LOAN_DEFAULT_TEST_DATA")
    if given:
        return pathlib.Path(given), "real data"
    path = folder / "applications.csv"
    run([PROGRAM, "sample-data", "--output", path])
    return path, "sample data"


def documented_model(folder, quick):
    """Prepared data and the documented model (500 trees of depth 10) trained on it, in FOLDER;
    returns its rounds and the kind of data."""
    source, kind = applications(folder)
    size, rounds = (100_000, 50) if quick else (400_000, 500)
    run([PROGRAM, "data", "--local-path", source, "--target-path", folder / "data",
         "--size", size, "--seed", 1])
    run([PROGRAM, "train", "--local-data-path", folder / "data", "--local-model-path",
         folder / "models", "--model-name", "bench.model", "--rounds", rounds])
    return rounds, kind
