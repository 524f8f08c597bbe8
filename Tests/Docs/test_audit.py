# SPDX-License-Identifier: Apache-2.0
"""The commands of docs/audit.md, on the record that is among the tests' fixtures, print what the page
says."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

from documents import ROOT

pytestmark = pytest.mark.skipif(
    "PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`"
)
PAGE = (ROOT / "docs/audit.md").read_text()
# A block of commands, and what they print where the page shows it.
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)


def steady(text):
    """Without what depends on the machine: its kernels and its speed."""
    lines = [line for line in text.splitlines() if not line.startswith("  kernel ")]
    return [re.sub(r"in [0-9.]+ s$", "in 0 s", line) for line in lines]


def test_commands_print_what_the_page_says(tmp_path):
    shutil.copytree(ROOT / "Tests/Fixtures/record/golden", tmp_path / "record")
    program = pathlib.Path(os.environ["PROGRAM"]).resolve()
    shown = 0
    for commands, expected in BLOCK.findall(PAGE):
        for command in commands.replace("\\\n", " ").splitlines():
            name, *arguments = shlex.split(command)
            assert name == "loan-default"
            run = subprocess.run(
                [program, *arguments], cwd=tmp_path, capture_output=True, text=True)
            assert run.returncode == 0, command + "\n" + run.stdout + run.stderr
        if expected:
            assert steady(run.stdout) == steady(expected), command
            shown += 1
    assert shown == 3
    assert len((tmp_path / "kserve.jsonl").read_text().splitlines()) == 4
    assert len((tmp_path / "referred.csv").read_text().splitlines()) == 3
