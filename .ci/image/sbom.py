# SPDX-License-Identifier: Apache-2.0
"""Writes what a built image is made of as CycloneDX 1.6: `make sbom`, after `make image-check`.

Swift packages come from the image's Package.resolved, Debian's from its dpkg database; licenses
from THIRD_PARTY.md and from the copyright files that Debian ships.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys
import uuid

CONTEXT = pathlib.Path(__file__).resolve().parents[2]


def listed_licenses():
    """Package to license, from the tables of THIRD_PARTY.md."""
    text = (CONTEXT / "THIRD_PARTY.md").read_text()
    return dict(re.findall(r"^\| ([a-z0-9+-]+) \| ([^|]+?) \|", text, re.MULTILINE))


def stated(text):
    return {"expression": text} if " " in text else {"license": {"id": text}}


def swift_components(root):
    resolved = root / "usr/share/doc/loan-default/Package.resolved"
    known = listed_licenses()
    for pin in sorted(json.loads(resolved.read_text())["pins"], key=lambda p: p["identity"]):
        name, location = pin["identity"], pin["location"].removesuffix(".git")
        if name not in known:
            sys.exit(f"sbom: {name} is not in THIRD_PARTY.md")
        version = pin["state"].get("version", pin["state"]["revision"])
        purl = f"pkg:swift/{location.removeprefix('https://')}@{version}"
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "purl": purl,
            "licenses": [stated(known[name])],
            "externalReferences": [{"type": "vcs", "url": location}],
        }


def debian_licenses(root, package):
    """The short names that the copyright file states; Debian's own where it is not in SPDX."""
    path = root / "usr/share/doc" / package / "copyright"
    if not path.exists():
        return []
    names = set(re.findall(r"^License: *(\S[^\n]*)$", path.read_text(errors="replace"), re.M))
    return [{"license": {"name": name.strip()}} for name in sorted(names)]


def debian_components(root):
    known = listed_licenses()
    status = (root / "var/lib/dpkg/status").read_text()
    for paragraph in status.strip().split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", paragraph, re.MULTILINE))
        if fields["Status"] != "install ok installed":
            continue
        name, version = fields["Package"], fields["Version"]
        purl = (
            f"pkg:deb/debian/{name}@{version.replace(':', '%3A').replace('+', '%2B')}"
            f"?arch={fields['Architecture']}&distro=debian-12"
        )
        component = {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "purl": purl,
        }
        licenses = debian_licenses(root, name)
        if not licenses and name in known:
            # Some copyright files are prose.
            licenses = [stated(known[name])]
        if licenses:
            component["licenses"] = licenses
        yield component


def bill(root):
    program = root / "usr/local/bin/loan-default"
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    components = [*swift_components(root), *debian_components(root)]
    main = "loan-default"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # Equal images have equal bills.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "container",
                "bom-ref": main,
                "name": "loan-default",
                "hashes": [{"alg": "SHA-256", "content": digest}],
                "licenses": [stated("Apache-2.0")],
            }
        },
        "components": components,
        "dependencies": [{"ref": main, "dependsOn": [c["bom-ref"] for c in components]}],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=pathlib.Path, help="the image's file system")
    parser.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()
    if not (arguments.root / "var/lib/dpkg/status").exists():
        sys.exit("sbom: there is no image yet; `make image-check` builds one")
    document = json.dumps(bill(arguments.root), indent=2)
    validate(document)
    arguments.output.write_text(document + "\n")
    count = len(json.loads(document)["components"])
    print(f"{arguments.output}: {count} components")


def validate(document):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(document)
    if problem is not None:
        sys.exit(f"sbom: not CycloneDX 1.6: {problem}")


if __name__ == "__main__":
    main()
