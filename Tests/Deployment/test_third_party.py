# SPDX-License-Identifier: Apache-2.0
"""THIRD_PARTY.md lists what is resolved, with the licence that each package ships."""

import json
import re

import pytest

from manifests import ROOT

LISTED = dict(
    re.findall(
        r"^\| ([a-z0-9-]+) \| ([^|]+?) \|", (ROOT / "THIRD_PARTY.md").read_text(), re.MULTILINE
    )
)
RESOLVED = ROOT / "Package.resolved"
PINS = [pin["identity"] for pin in json.loads(RESOLVED.read_text())["pins"]]


def shipped(name):
    """The licence text of a package's checkout, as an SPDX expression."""
    (path,) = [
        p
        for p in (ROOT / ".build/checkouts" / name).iterdir()
        if p.name.upper().startswith("LICENSE")
    ]
    text = path.read_text()
    assert "Apache License" in text and "Version 2.0" in text, "a licence this test does not know"
    exception = "Runtime Library Exception" in text
    return "Apache-2.0 WITH Swift-exception" if exception else "Apache-2.0"


@pytest.mark.parametrize("name", PINS)
def test_resolved_packages_are_listed_with_their_licence(name):
    assert LISTED.get(name) == shipped(name)
