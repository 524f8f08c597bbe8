# SPDX-License-Identifier: Apache-2.0
"""Swift, read as far as the tests of this folder need it."""

import re

# A comment or a literal: whichever begins first holds what looks like the other.
C_LIKE = re.compile(
    r"(?P<comment>//[^\n]*|/\*[\s\S]*?\*/)"
    r'|(?P<literal>(?P<raw>#*)"""[\s\S]*?"""(?P=raw)|#"[^\n]*?"#|"(?:\\.|[^"\\\n])*")'
)
# A type at the top level of a file.
TYPE = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*"
    r"(?:(?:public|package|internal|private|fileprivate|final|indirect|nonisolated)\s+)*"
    r"(?:struct|class|enum|protocol|actor|typealias)\s+([A-Z]\w*)",
    re.MULTILINE,
)


def code(source):
    """Swift without comments and literals."""
    return C_LIKE.sub("", source)


def files(folder):
    """The Swift files that are written by hand, and their code."""
    return {
        path: code(path.read_text())
        for path in sorted(folder.rglob("*.swift")) if "generated" not in path.parts
    }
