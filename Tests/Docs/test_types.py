# SPDX-License-Identifier: Apache-2.0
"""Names of types, and the promises that the compiler does not check, over all of Sources."""

import collections
import re

from documents import ROOT
from swift import TYPE, files


def sources():
    """Each Swift file that is written by hand, with its code."""
    return [(path.relative_to(ROOT), code) for path, code in files(ROOT / "Sources").items()]


def repeated(found):
    """Top-level types of the same name in several files: name to files."""
    homes = collections.defaultdict(set)
    for path, text in found:
        for declared in TYPE.findall(text):
            homes[declared].add(str(path))
    return {name: paths for name, paths in homes.items() if len(paths) > 1}


def test_no_name_means_two_types():
    assert not repeated(sources())


def test_a_repeated_name_is_found():
    found = [("One/A.swift", "package struct A {}"), ("Two/A.swift", "final class A {}"),
             ("Two/B.swift", "extension A {}\nenum B { struct A {} }")]
    assert repeated(found) == {"A": {"One/A.swift", "Two/A.swift"}}


def test_one_type_is_sendable_without_the_compilers_proof():
    found = [(str(path), count) for path, text in sources()
             if (count := len(re.findall(r"@unchecked\s+Sendable|nonisolated\(unsafe\)|@preconcurrency", text)))]
    assert found == [("Sources/Machine/SharedPointer.swift", 1)]
