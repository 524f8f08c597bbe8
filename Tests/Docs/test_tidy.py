# SPDX-License-Identifier: Apache-2.0
"""Sources, tests and pages stay tidy: no folder has more of what `tidy.py` lists than its table
allows."""

import json

import pytest

from documents import ROOT
from tidy import TABLE, counts, survey, undocumented, untidy

ALLOWED = json.loads(TABLE.read_text())
FOUND = survey()


@pytest.mark.parametrize("folder", sorted({*FOUND, *ALLOWED}))
def test_no_folder_becomes_less_tidy(folder):
    found, allowed = counts(FOUND).get(folder, {}), ALLOWED.get(folder, {})
    for kind in {*found, *allowed}:
        count, most = found.get(kind, 0), allowed.get(kind, 0)
        listed = "\n".join(FOUND.get(folder, {}).get(kind, []))
        assert count <= most, f"{count} {kind} in {folder}, {most} are allowed:\n{listed}"
        assert count == most, f"{kind} in {folder} fell to {count}: run tidy.py --write"


def test_the_table_names_folders_that_exist():
    assert [folder for folder in ALLOWED if not (ROOT / folder).is_dir()] == []


def test_words_are_found_in_comments_and_literals_only():
    source = """
        // It waits behind the others.
        let told = "say \\(beside) it" + #"no "told" here"#  // a URL: https://example.com/behind
        /* anew */
        let text = \"\"\"
            beside // no comment
            \"\"\"
    """
    words = [text.split(" ")[0] for text in untidy(".swift", source)["words"]]
    assert sorted(words) == ["anew", "behind", "beside", "told"]
    assert len(untidy(".swift", "func whatIsToldWaits()")["words"]) == 1
    python = 'beside = "behind"  # told\n'
    assert len(untidy(".py", python)["words"]) == 2
    assert len(untidy(".md", "`beside` it is told\n")["words"]) == 1
    assert len(untidy("", "told=1 # behind\n# anew\n")["words"]) == 2


@pytest.mark.parametrize(
    "text", ["behind a load balancer", "tell them apart", "leaves nothing behind"]
)
def test_true_uses_are_allowed(text):
    assert untidy(".md", text) == {}


def test_long_lines_are_found():
    assert untidy(".py", "#" + "x" * 99) == {}
    assert len(untidy(".swift", "//" + "x" * 99)["long lines"]) == 1


def test_declarations_without_a_comment_are_found():
    source = """
        package import NIOCore

        /// One.
        @inlinable
        package struct One: Equatable {
            package let two: Int
            @usableFromInline package func three() {}
            package static func == (left: Self, right: Self) -> Bool { true }
            func four() {}
        }
    """
    assert undocumented(source) == [
        "package let two: Int", "@usableFromInline package func three() {}",
    ]


def test_requirements_need_a_comment_and_what_meets_them_needs_none():
    source = """
package protocol Store: Sendable {
    /// Reads.
    func get(
        _ key: String
    ) -> Int
    func put()
    static var two: Int { get }
}

package struct Disk: Store {
    package func get(
        _ key: String
    ) -> Int { 1 }
    package func put() {}
}
"""
    source = source.replace("package struct", "/// One.\npackage struct")
    source = source.replace("package protocol", "/// Many.\npackage protocol")
    assert undocumented(source, {"get"}) == [
        "requirement put", "requirement two", "package func put() {}",
    ]
