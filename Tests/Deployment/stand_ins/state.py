# SPDX-License-Identifier: Apache-2.0
"""What the stand-ins have done to an account and a cluster that do not exist: one JSON file, shared
by the processes of a walk."""

import contextlib
import fcntl
import json
import os
import pathlib
import sys

ACCOUNT, REGION, CALLER = "444455556666", "eu-central-1", "198.51.100.7"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
DIGEST = "sha256:" + "5f" * 32

EMPTY = {
    "buckets": {}, "repositories": [], "built": [], "pushed": {}, "policies": {}, "roles": {},
    "cluster": None, "charts": {}, "chart_repositories": [], "objects": {}, "jobs": {},
    "forwards": {}, "calls": [], "steps": [],
}


class Refusal(Exception):
    """What the real thing would refuse, in a sentence."""


@contextlib.contextmanager
def opened():
    """The state, for a `with` statement that changes it alone."""
    path = pathlib.Path(os.environ["WALK_STATE"])
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        state = json.load(file)
        yield state
        file.seek(0)
        file.truncate()
        json.dump(state, file)


def need(condition, sentence):
    if not condition:
        raise Refusal(sentence)


def option(arguments, name, default=None):
    """The value of `--name value` or `--name=value`."""
    for index, argument in enumerate(arguments):
        if argument == name:
            need(index + 1 < len(arguments), f"{name} has no value")
            return arguments[index + 1]
        if argument.startswith(name + "="):
            return argument.partition("=")[2]
    return default


def refuse(command, error):
    print(f"{command}: {error}", file=sys.stderr)
    sys.exit(1)
