# SPDX-License-Identifier: Apache-2.0
"""The pages of the repository, taken apart for the tests of this folder."""

import functools
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What visitors read first, and what it leads to.
GUIDES = [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
] + sorted((ROOT / "docs").rglob("*.md"))
OTHERS = [
    ROOT / name
    for name in (
        "THIRD_PARTY.md", "kubernetes/README.md", "proto/README.md", "proto/RECORD.md",
        "Sources/ForestInference/README.md",
    )
]
PAGES = GUIDES + OTHERS
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name(path):
    return str(path.relative_to(ROOT))


def blocks(text, kind):
    """The fenced blocks of one language."""
    return [body for language, body in FENCE.findall(text) if language == kind]


def prose(text):
    """A page without its fenced and indented code, its code spans and its addresses."""
    text = re.sub(r"^    .*$", "", FENCE.sub("", text), flags=re.MULTILINE)
    return re.sub(r"`[^`]*`|https?://\S+", "", text)


def spans(text):
    """The code spans of a page."""
    return re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def links(text):
    """The addresses that a page links to, images too."""
    return re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text))


@functools.cache
def anchors(path):
    """The anchors that GitHub gives to the headings of a page."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text()), re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        found.add(re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-"))
    return found


@functools.cache
def options():
    """The long options of each command, as its help lists them; of one that has commands of its
    own, those of them all."""
    program = os.environ["PROGRAM"]

    def help_of(*command):
        return subprocess.run(
            [program, *command, "--help"], check=True, capture_output=True, text=True
        ).stdout

    def commands(text):
        listed = "".join(text.split("SUBCOMMANDS:")[1:])
        return re.findall(r"^  ([a-z-]+) {2,}", listed, re.MULTILINE)

    def options_of(*command):
        text = help_of(*command)
        own = set(re.findall(r"(?<![\w-])--[a-z0-9][a-z0-9-]*", text))
        return own.union(*(options_of(*command, inner) for inner in commands(text)))

    return {command: options_of(command) for command in commands(help_of())}
