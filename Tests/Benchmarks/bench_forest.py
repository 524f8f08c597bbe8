# SPDX-License-Identifier: Apache-2.0
"""The inference core: ratios against libxgboost, and against other engines that are installed."""
import json
import subprocess
import sys

from measure import RELEASE, ROOT, documented_model, row, run


def bench_forest(folder, quick):
    """The inference core against libxgboost, on the model of a training with the real data."""
    documented_model(folder, quick)
    results = folder / "forest.json"
    model, matrix = folder / "models/bench.model.json", folder / "data/Xtest.npy"
    run([RELEASE / "forest-bench", "--json", results, "--model", model, "--matrix", matrix])
    rows = json.loads(results.read_text())
    return rows + forest_peers(rows, model, matrix, folder / "peers.json")


def forest_peers(rows, model, matrix, report):
    """Other engines on the same model, as far as they are installed. What they print goes to
    standard error; of one that crashes, those before it are kept."""
    script = ROOT / "Tests/Benchmarks/forest_peers.py"
    report.write_text("[]")
    process = subprocess.run([sys.executable, script, model, matrix, report], stdout=2)
    if process.returncode != 0:
        print(f"left out: the engines after the last one above (exit {process.returncode})",
              file=sys.stderr)
    # "500 trees, 256 rows" -> 256
    first = rows[0]["name"].split(", ")[0]
    ours = {}
    for entry in rows:
        parts = entry["name"].split(", ")
        if len(parts) == 2 and parts[0] == first and entry["baseline"] == "libxgboost":
            ours[int(parts[1].split()[0])] = entry["value"]
    return [row(f"{first}, {peer['rows']} rows ({peer['differing']} of {peer['of']} differ there)",
                ours[peer["rows"]], "ns/row", peer["engine"], peer["ns"],
                peer["ns"] / ours[peer["rows"]])
            for peer in json.loads(report.read_text())]
