# SPDX-License-Identifier: Apache-2.0
"""Walks through kubernetes/README.md: its shell blocks, as they are, in their order, in one shell.
What needs an account or a cluster is a stand-in (stand_ins/), which keeps what was made and refuses
what the real thing would refuse; manifests are rendered by the real kubectl."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

from manifests import FOLDER, ROOT, kubectl

STAND_INS = ROOT / "Tests/Deployment/stand_ins"
COMMANDS = ["aws", "eksctl", "kubectl", "helm", "docker", "git", "curl", "step"]

sys.path.insert(0, str(STAND_INS))
from state import EMPTY, REGION  # noqa: E402  (the stand-ins are programs of their own)


def page():
    return (FOLDER / "README.md").read_text()


def steps(text):
    """(heading, block) of every shell block."""
    heading, found = "", []
    for match in re.finditer(r"^## (.*?)$|^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if match[1]:
            heading = match[1]
        else:
            found.append((heading, match[2]))
    return found


def own_site(folder, names):
    """What is not copied: the folder that a reader of the page has made."""
    return ["site"] if folder == str(FOLDER) else []


class Walk:
    """One walk in a folder of its own: how it ended, and the state after each block and at last."""

    def __init__(self, folder, edit=lambda kubernetes: None):
        """`edit` changes the copy of kubernetes/ before."""
        self.folder = folder
        shutil.copytree(FOLDER, folder / "kubernetes", symlinks=True, ignore=own_site)
        edit(folder / "kubernetes")
        (folder / "credit_risk_dataset.csv").write_text("person_age\n")
        (folder / "state.json").write_text(json.dumps(EMPTY))
        self._make_commands(folder / "bin")
        script = "set -euo pipefail\n" + "".join(
            f"{block}step {shlex.quote(heading)}\n"
            for heading, block in steps((folder / "kubernetes/README.md").read_text())
        )
        # The region of the reader is not that of the page.
        script = script.replace("export AWS_REGION=us-east-1\n", f"export AWS_REGION={REGION}\n")
        (folder / "script").write_text(script)
        result = subprocess.run(
            ["bash", folder / "script"], stdin=subprocess.DEVNULL, text=True, capture_output=True,
            cwd=folder, timeout=300,
            env={
                **os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
                "WALK_STATE": str(folder / "state.json"), "WALK_KUBECTL": kubectl(),
            },
        )
        self.code, self.output, self.errors = result.returncode, result.stdout, result.stderr
        self.state = json.loads((folder / "state.json").read_text())
        self.steps = [(step["name"], step["objects"]) for step in self.state["steps"]]

    @staticmethod
    def _make_commands(folder):
        folder.mkdir()
        for name in COMMANDS:
            path = folder / name
            path.write_text(
                f"#!/bin/sh\nexec {sys.executable} -B {STAND_INS}/run.py {name} \"$@\"\n"
            )
            path.chmod(0o755)
        # Nothing that is waited for takes time here; what does not come by then never comes.
        (folder / "sleep").write_text(
            "#!/bin/sh\necho >>sleeps\n"
            "[ $(wc -l <sleeps) -lt 20 ] || { echo 'waits forever' >&2; exit 1; }\n"
        )
        (folder / "sleep").chmod(0o755)
