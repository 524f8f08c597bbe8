# SPDX-License-Identifier: Apache-2.0
"""A store of S3's kind that holds a table, for programs that are started as pods are."""

import contextlib
import json
import os
import subprocess
import sys

from manifests import ROOT


@contextlib.contextmanager
def holding(table, bucket, key):
    """Variables that lead to a store with a table under a key."""
    server = subprocess.Popen(
        [sys.executable, ROOT / "Tests/Python/s3_server.py"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    try:
        place = json.loads(server.stdout.readline())
        server.stdin.write(f"upload {bucket} {key} {table}\n")
        server.stdin.flush()
        server.stdout.readline()
        yield {
            "AWS_ENDPOINT_URL": place["endpoint"], "AWS_ACCESS_KEY_ID": place["key"],
            "AWS_SECRET_ACCESS_KEY": place["secret"],
        }
    finally:
        server.stdin.close()
        server.wait(timeout=30)


def outside():
    """The variables of this process without those that lead to stores or set the program up."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LOAN_DEFAULT_"))}
