# SPDX-License-Identifier: Apache-2.0
"""Holds the rows of benchmarks against the ratios in thresholds.json.

A threshold names rows by patterns of their name and of their baseline, and the least ratio that
they must have: how many times better than the baseline, which was measured in the same run. So it
holds on any machine. Each is what is promised, or a tenth below the ratio in docs/performance.md
where that is less or nothing is promised; figures against a fixed time or rate have none. Two
threads are only faster than one where both find a processor. A row that is not there fails, except
one of an engine that need not be installed (`"optional": true`).
"""
import fnmatch
import json
import pathlib

THRESHOLDS = pathlib.Path(__file__).parent / "thresholds.json"


def thresholds():
    """Part of the benchmarks to its thresholds."""
    return json.loads(THRESHOLDS.read_text())


def measured(rows, threshold):
    """The rows that a threshold is about."""
    return [row for row in rows
            if fnmatch.fnmatchcase(row["name"], threshold["row"])
            and fnmatch.fnmatchcase(row["baseline"], threshold["baseline"])]


def failures(rows, wanted):
    """One line for each row below its threshold, and for each threshold without a row."""
    lines = []
    for threshold in wanted:
        least = threshold["ratio"]
        found = measured(rows, threshold)
        if not found and not threshold.get("optional"):
            lines.append(line(threshold["row"], threshold["baseline"], "not measured", least))
        for row in found:
            # Where nothing is spent there is no ratio, and nothing to be better at.
            spends = row["ratio"] is not None or row["value"] > 0
            if spends and (row["ratio"] is None or row["ratio"] < least):
                ratio = "none" if row["ratio"] is None else f"{row['ratio']:.3f}"
                lines.append(line(row["name"], row["baseline"], ratio, least))
    return lines


def line(name, baseline, ratio, least):
    return f"{name[:66]:66} {baseline[:34]:34} {ratio:>12} {least:>10}"


def report(rows, parts):
    """Prints what is below its threshold in these parts; whether nothing is."""
    wanted = [threshold for part in parts for threshold in thresholds().get(part, [])]
    found = failures(rows, wanted)
    if found:
        print("\nBelow the threshold:\n" + line("name", "baseline", "ratio", "threshold"))
        print("\n".join(found))
    else:
        print(f"\nNothing is below its threshold ({len(wanted)} thresholds).")
    return not found
