# SPDX-License-Identifier: Apache-2.0
"""Writes the figures of a run into docs/performance.md, between the markers of each part:

    <!-- make bench: forest -->
    <!-- end of forest -->

A table holds the rows of one unit: one figure a row. Above them are the date, the commit and the
machine of the run."""
import datetime
import os
import re
import subprocess

from measure import ROOT

PAGE = ROOT / "docs/performance.md"


def number(value):
    """A figure with three digits that count, or all before the point."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = f"{value:.3g}"
    # Small figures are written out, not with an exponent.
    return f"{value:.6f}".rstrip("0") if "e" in digits else digits


def table(rows):
    """The rows of one unit."""
    unit = rows[0]["unit"] or "score"
    lines = [f"| what | {unit} | compared with | {unit} there | ratio |", "|---|---|---|---|---|"]
    for row in rows:
        name, baseline = (row[key].replace("|", "\\|") for key in ("name", "baseline"))
        ratio = "" if row["ratio"] is None else number(row["ratio"])
        lines.append(f"| {name} | {number(row['value'])} | {baseline} | "
                     f"{number(row['baseline_value'])} | {ratio} |")
    return "\n".join(lines)


def block(rows, run):
    """What is between the markers of a part: a table for each unit, in the order of the rows."""
    units = dict.fromkeys(row["unit"] for row in rows)
    tables = [table([row for row in rows if row["unit"] == unit]) for unit in units]
    return "\n\n".join([f"*{run}.*", *tables])


def written(page, part, rows, run):
    """The page with the rows of a part in place of those it has."""
    pattern = rf"(<!-- make bench: {part} -->\n).*?(<!-- end of {part} -->)"
    text = f"{block(rows, run)}\n"
    page, count = re.subn(pattern, lambda match: match[1] + text + match[2], page, flags=re.S)
    if count != 1:
        raise ValueError(f"docs/performance.md has no markers of the part {part}")
    return page


def this_run():
    """Date, commit and machine."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.strip()
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT).returncode != 0
    with open("/proc/cpuinfo") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.MULTILINE)[1]
    return (f"{datetime.date.today()}, {commit}{' with changes' if changed else ''}, "
            f"{len(os.sched_getaffinity(0))} processors of {model}")


def write(found):
    """Writes the parts of a run: name to rows."""
    page = PAGE.read_text()
    for part, rows in found.items():
        page = written(page, part, rows, this_run())
    PAGE.write_text(page)
