# SPDX-License-Identifier: Apache-2.0
"""Thousands of cases that schemathesis makes from /openapi.json: not one may break the description.

    openapi_cases.py PORT STORAGE
"""
import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import urllib.request

import openapi_spec_validator

from protocol_model import MODEL, PLACE, call, load

CASES_MIN = 5_000
port, storage = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
here = pathlib.Path(__file__).parent


@contextlib.contextmanager
def kept_in_service():
    """Brings the models back that cases take out of service."""
    is_over = threading.Event()

    def keep():
        while not is_over.wait(0.3):
            load(base)
            call(base, "/v2/repository/models/older.joblib/load", {"parameters": PLACE})

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


with urllib.request.urlopen(f"{base}/openapi.json") as answer:
    openapi_spec_validator.validate(json.load(answer))
load(base)
version = call(base, f"/v2/models/{MODEL}")[1]["versions"][0]

with tempfile.TemporaryDirectory() as folder, kept_in_service():
    settings = pathlib.Path(folder) / "schemathesis.toml"
    settings.write_text((here / "schemathesis.toml").read_text().replace("SERVED-VERSION", version))
    report = pathlib.Path(folder) / "report.json"
    run = subprocess.run(
        [pathlib.Path(sys.executable).parent / "schemathesis", "--config-file", settings, "run",
         f"{base}/openapi.json", "--max-examples", "140", "--continue-on-failure", "--no-shrink",
         "--report", "json", "--report-json-path", report],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
    sys.stdout.write(run.stdout)
    if run.returncode != 0:
        sys.exit(f"schemathesis found violations:\n{run.stdout[-8000:]}")
    result = json.loads(report.read_text())

cases = result["test_cases"]
assert result["operations"]["tested"] == result["operations"]["total"] >= 29, result["operations"]
assert cases["errored"] == 0 and cases["unique_failures"] == 0, cases
assert cases["generated"] >= CASES_MIN, cases
