# SPDX-License-Identifier: Apache-2.0
"""Server and client for a user who may nothing, as in the image: what only root may do, such as
SO_DEBUG, must not be asked for."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.request

import pytest

pytestmark = pytest.mark.skipif(
    "PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`"
)
NOBODY = 65534
RIGHTS = [
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
    "--bounding-set=-all", "--inh-caps=-all",
]


def command(folder, *arguments):
    """The program without rights, in a folder where `nobody` may write."""
    # Who is not root has none to give up.
    return [*(RIGHTS if os.geteuid() == 0 else []), folder / "loan-default", *arguments]


def port(log, message):
    """The port that a line of the server's log names."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for line in log.read_text().splitlines():
            if f'"message":"{message}"' in line:
                return json.loads(line)["port"]
        time.sleep(0.02)
    pytest.fail(f"the server does not say {message!r}: {log.read_text()}")


@pytest.fixture(scope="module")
def session():
    """A folder with the program, and the ports of a server on it: HTTP and RPC."""
    with tempfile.TemporaryDirectory(prefix="loan-default-unprivileged-") as name:
        folder = pathlib.Path(name)
        shutil.copy(os.environ["PROGRAM"], folder / "loan-default")
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        log = folder / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command(
                    folder, "serve", "--storage-root", folder, "--http-port", "0", "--rpc-port",
                    "0", "--metrics-port", "0",
                ),
                stderr=output,
                cwd=folder,
            )
        try:
            yield folder, *(port(log, f"{name} is listening") for name in ("HTTP", "RPC"))
        finally:
            process.terminate()
            assert process.wait(timeout=30) == 0


def call(address, path, **fields):
    request = urllib.request.Request(
        f"http://127.0.0.1:{address}{path}",
        json.dumps({"backend": "local", **fields}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.status


def test_a_session_needs_no_rights(session):
    folder, http, rpc = session
    subprocess.run(
        command(folder, "sample-data", "--rows", "2000", "--output", folder / "table.csv"),
        check=True, capture_output=True, cwd=folder,
    )
    assert call(http, "/data", local_path="table.csv", target_path="data", size=4000) == 200
    assert call(
        http, "/train", local_data_path="data", local_model_path="models", model_name="m",
        parameters={"rounds": 3},
    ) == 200
    for target in ("rpc", "http"):
        load = subprocess.run(
            command(
                folder, "load", "--target", target, "--http-port", http, "--rpc-port", rpc,
                "--model-name", "m", "--local-model-path", "models", "--preprocessor-path", "data",
                "--connections", "1", "--duration", "0.5", "--warm-up", "0",
            ),
            capture_output=True, text=True, cwd=folder,
        )
        assert load.returncode == 0, load.stdout + load.stderr
