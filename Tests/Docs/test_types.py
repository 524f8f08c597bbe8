# SPDX-License-Identifier: Apache-2.0
"""Names of types, and the promises that the compiler does not check, over all of Sources."""

import collections
import re

from documents import ROOT
from test_architecture import DECLARATION, without_texts


def sources():
    """Each Swift file that is written by hand, with its code."""
    for path in sorted((ROOT / "Sources").rglob("*.swift")):
        if "generated" not in path.parts:
            yield path.relative_to(ROOT), without_texts(path.read_text())


def repeated(files):
    """Top-level types of the same name in several files: name to files."""
    homes = collections.defaultdict(set)
    for path, text in files:
        for declared in DECLARATION.findall(text):
            homes[declared].add(str(path))
    return {name: paths for name, paths in homes.items() if len(paths) > 1}


def test_no_name_means_two_types():
    assert not repeated(sources())


def test_a_repeated_name_is_found():
    files = [("One/A.swift", "package struct A {}"), ("Two/A.swift", "final class A {}"),
             ("Two/B.swift", "extension A {}\nenum B { struct A {} }")]
    assert repeated(files) == {"A": {"One/A.swift", "Two/A.swift"}}


def test_one_type_is_sendable_without_the_compilers_proof():
    found = [(str(path), count) for path, text in sources()
             if (count := len(re.findall(r"@unchecked\s+Sendable|nonisolated\(unsafe\)|@preconcurrency", text)))]
    assert found == [("Sources/Machine/SharedPointer.swift", 1)]
