# SPDX-License-Identifier: Apache-2.0
"""The drawing of targets in docs/architecture.md, made from Package.swift. As a script it puts the
drawing into the page."""

import functools
import json
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/architecture.md"
BEGIN, END = "<!-- drawing -->\n", "<!-- end of drawing -->"


@functools.cache
def manifest():
    """The package as SwiftPM understands it. With a build folder of its own, since another
    process may be building."""
    with tempfile.TemporaryDirectory() as scratch:
        text = subprocess.run(
            ["swift", "package", "--package-path", ROOT, "--scratch-path", scratch, "dump-package"],
            check=True, capture_output=True, text=True, timeout=600,
        ).stdout
    return json.loads(text)


def arrows():
    """Target to the targets of this package that it uses, without tests and benchmarks."""
    every = {target["name"]: target for target in manifest()["targets"]}

    def uses(target):
        named = [next(iter(d.values()))[0] for d in target["dependencies"]]
        return sorted(name for name in named if name in every)

    kept, waiting = {}, ["LoanDefaultCLI", "LoanDefaultClient"]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = uses(every[name])
            waiting += kept[name]
    return dict(sorted(kept.items()))


def drawing():
    """A flowchart that GitHub draws."""
    lines = [f"  {name} --> {used}" for name, all_used in arrows().items() for used in all_used]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def put(text, picture):
    """The page with this drawing in its place."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + picture + END + rest.split(END)[1]


def described():
    """The targets that the page's table describes."""
    (text,) = re.findall(r"^\| target \|.*?\n\n", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", text, re.MULTILINE)
    return sorted(name for row in rows for name in re.findall(r"`(\w+)`", row))


if __name__ == "__main__":
    PAGE.write_text(put(PAGE.read_text(), drawing()))
