# SPDX-License-Identifier: Apache-2.0
"""X12: THIRD_PARTY.md lists what is resolved and linked, no more and no less, with the license that
each package ships; the bill of materials is CycloneDX and holds all of it."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from manifests import ROOT

sys.path.append(str(ROOT / ".ci/image"))
import sbom  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("PROGRAM", ROOT / ".build/release/loan-default"))
RESOLVED = ROOT / "Package.resolved"
PINS = [pin["identity"] for pin in json.loads(RESOLVED.read_text())["pins"]]
# How Debian's copyright files state these licenses.
STATED = {
    "Apache-2.0": r"^License: Apache-2\.0",
    "BSD-2-Clause": r"^License: BSD-2-[Cc]lause",
    "BSD-3-Clause": r"^License: BSD-3-[Cc]lause",
    "curl": r"^License: curl",
    "GPL-3.0-or-later WITH GCC-exception-3.1": r"GCC Runtime Library Exception, version\s+3\.1",
    "LGPL-2.1-or-later": r"GNU Lesser General Public\s+License[^.]*version 2\.1",
    "MIT": r"^License: (Expat|MIT)",
    "Zlib": r"^License: Zlib",
}


def listed(heading):
    """Package to license, from the table below a heading of THIRD_PARTY.md."""
    section = (ROOT / "THIRD_PARTY.md").read_text().split(f"## {heading}")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([a-z0-9+-]+) \| ([^|]+?) \|", section, re.MULTILINE)
    return {name: license for name, license in rows if name not in ("package", "library")}


SWIFT, DEBIAN = listed("Swift packages"), listed("Debian's libraries")


def shipped(name):
    """The license text of a package's checkout, as an SPDX expression."""
    (path,) = [
        p
        for p in (ROOT / ".build/checkouts" / name).iterdir()
        if p.name.upper().startswith("LICENSE")
    ]
    text = path.read_text()
    assert "Apache License" in text and "Version 2.0" in text, "a license this test does not know"
    exception = "Runtime Library Exception" in text
    return "Apache-2.0 WITH Swift-exception" if exception else "Apache-2.0"


def owner(library):
    """The Debian package of a shared library."""
    found = subprocess.run(
        ["dpkg-query", "--search", f"*/{library}"], check=True, capture_output=True, text=True
    ).stdout
    return found.split(":")[0]


def linked():
    """The Debian packages of the libraries that the program names itself. Swift's own are linked
    into the image's program."""
    text = subprocess.run(
        ["readelf", "--dynamic", PROGRAM], check=True, capture_output=True, text=True
    ).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", text)
    swift = re.compile(r"lib(swift|Foundation|_Foundation|dispatch|BlocksRuntime)")
    return {owner(library) for library in needed if not swift.match(library)}


def installed():
    """What the Dockerfile installs in addition to the program."""
    runtime = (ROOT / "Dockerfile").read_text().split("FROM debian")[1]
    lines = re.search(r"--no-install-recommends((?:\s+\\?\s*[a-z0-9+.-]+)+)", runtime).group(1)
    return set(lines.replace("\\", " ").split())


def test_exactly_the_resolved_packages_are_listed():
    assert sorted(SWIFT) == sorted(PINS)


@pytest.mark.parametrize("name", PINS)
def test_resolved_packages_are_listed_with_their_license(name):
    assert SWIFT[name] == shipped(name)


def test_exactly_the_linked_libraries_of_debian_are_listed():
    assert set(DEBIAN) == linked()


def test_the_image_installs_what_is_linked():
    # Every Debian system has the runtimes of C and C++.
    assert installed() - {"ca-certificates"} == set(DEBIAN) - {"libc6", "libgcc-s1", "libstdc++6"}


@pytest.mark.parametrize("name", DEBIAN)
def test_debian_states_the_license_that_is_listed(name):
    text = pathlib.Path(f"/usr/share/doc/{name}/copyright").read_text(errors="replace")
    assert re.search(STATED[DEBIAN[name]], text, re.MULTILINE)


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    """The bill of an image of this system's packages and of our program."""
    root = tmp_path_factory.mktemp("image")
    documents = root / "usr/share/doc"
    for file, source in [
        ("usr/local/bin/loan-default", PROGRAM.resolve()),
        ("var/lib/dpkg/status", "/var/lib/dpkg/status"),
        ("usr/share/doc/loan-default/Package.resolved", RESOLVED),
    ]:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).symlink_to(source)
    for folder in pathlib.Path("/usr/share/doc").iterdir():
        (documents / folder.name).symlink_to(folder)
    return sbom.bill(root)


def test_the_bill_of_materials_is_valid(bill):
    sbom.validate(json.dumps(bill))


def test_an_invalid_bill_is_found(bill):
    with pytest.raises(SystemExit):
        sbom.validate(json.dumps(bill | {"components": [{"name": "without a type"}]}))


def test_the_bill_of_materials_holds_every_version(bill):
    versions = {c["name"]: c["version"] for c in bill["components"]}
    for pin in json.loads(RESOLVED.read_text())["pins"]:
        assert versions[pin["identity"]] == pin["state"]["version"]
    for name in DEBIAN:
        known = subprocess.run(
            ["dpkg-query", "--show", "--showformat", "${Version}", name],
            check=True, capture_output=True, text=True,
        ).stdout
        assert versions[name] == known


def test_the_bill_of_materials_states_licenses(bill):
    licenses = {c["name"]: c.get("licenses") for c in bill["components"]}
    assert all(licenses[name] for name in [*PINS, *DEBIAN])
