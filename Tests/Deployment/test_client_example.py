# SPDX-License-Identifier: Apache-2.0
"""The example of the Swift client scores applications by a server, and pages show it as it is."""

import ast
import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / "Tests/ClientExample/main.swift").read_text()
sys.path.insert(0, str(ROOT / "Tests/Drills"))


def shown():
    """The Swift of the pages that show it, and of the client's documentation."""
    comment = (ROOT / "Sources/LoanDefaultClient/LoanClient.swift").read_text()
    comment = "\n".join(re.findall(r"^/// ?(.*)$", comment, re.MULTILINE)) + "\n"
    pages = ("README.md", "docs/rpc.md")
    texts = {page: (ROOT / page).read_text() for page in pages} | {"LoanClient.swift": comment}
    return {
        name: re.findall(r"^```swift\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for name, text in texts.items()
    }


def test_the_example_is_shown_as_it_is():
    places = ["README.md", "docs/rpc.md", "LoanClient.swift"]
    assert {place: blocks[0] for place, blocks in shown().items()} == dict.fromkeys(places, EXAMPLE)


def test_the_example_is_short():
    assert len(EXAMPLE.splitlines()) <= 12


@pytest.mark.skipif("PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`")
def test_the_example_scores_two_applications():
    import served

    example = pathlib.Path(served.PROGRAM).resolve().parent / "ClientExample"
    model = served.Model(rows=2_000, rounds=20)
    with served.Server(model, "--model", f"{served.MODEL}=models,data") as server:
        run = subprocess.run(
            [example, str(server.rpc_port)], capture_output=True, text=True, timeout=60
        )
        assert run.returncode == 0, run.stderr
        first, second = ast.literal_eval(run.stdout)
        # A loan of more than half an income, and one of a tenth: other probabilities.
        assert 0 < first < 1 and 0 < second < 1 and first != second
    # Without the server, the program ends with a failure.
    run = subprocess.run(
        [example, str(server.rpc_port)], capture_output=True, text=True, timeout=60
    )
    assert run.returncode != 0
