# SPDX-License-Identifier: Apache-2.0
"""docs/architecture.md is what the manifest says, and folders of a target depend on each other
without circles."""

import collections
import pathlib
import re

import pytest

from architecture import PAGE, arrows, described, drawing, put
from documents import ROOT
from swift import TYPE, files


def uses(folder):
    """Folder to the folders whose top-level types its files name. Types of two homes do not
    count."""
    texts = files(folder)

    def room(path):
        return path.relative_to(folder).parts[0] if path.parent != folder else "."

    homes = collections.defaultdict(set)
    for path, text in texts.items():
        for declared in TYPE.findall(text):
            homes[declared].add(room(path))
    found = collections.defaultdict(set)
    for path, text in texts.items():
        for word in set(re.findall(r"\b[A-Z]\w*\b", text)):
            if len(homes[word]) == 1:
                found[room(path)] |= homes[word] - {room(path)}
    return found


def circles(used):
    """The sets of folders of which each reaches each."""

    def reached(start):
        seen, waiting = set(), [start]
        while waiting:
            for other in used.get(waiting.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen

    reach = {name: reached(name) for name in list(used)}
    found = {
        frozenset(b for b in reach[a] if a in reach.get(b, ())) for a in reach if a in reach[a]
    }
    return [set(circle) for circle in found]


def test_the_drawing_is_what_the_manifest_says():
    page = PAGE.read_text()
    assert page == put(page, drawing()), "run `python3 Tests/Docs/architecture.py`"


def test_every_target_is_described():
    assert described() == sorted(arrows())


@pytest.mark.parametrize("target", ["LoanService", "LoanServer"])
def test_every_folder_of_the_largest_targets_is_described(target):
    table = PAGE.read_text().split(f"| folder of `{target}` |")[1].split("\n\n")[0]
    named = re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)))
    folders = [path.name for path in (ROOT / "Sources" / target).iterdir() if path.is_dir()]
    assert sorted(named) == sorted(folders)


def test_folders_of_a_target_use_each_other_one_way():
    for target in sorted(p for p in (ROOT / "Sources").iterdir() if p.is_dir()):
        for circle in circles(uses(target)):
            raise AssertionError(
                f"folders of {target.name} use each other in a circle: {sorted(circle)}"
            )


def test_a_circle_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [{"b", "c"}]


def test_uses_are_found_in_code_alone(tmp_path: pathlib.Path):
    for name, text in {
        "One/A.swift": "struct A { let b: B }  // C",
        "Two/B.swift": 'package enum B { static let text = "A C" }',
        "Three/C.swift": "/// A and B\nfinal class C {}",
    }.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    assert {k: v for k, v in uses(tmp_path).items() if v} == {"One": {"Two"}}
