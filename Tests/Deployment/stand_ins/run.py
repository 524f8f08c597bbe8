# SPDX-License-Identifier: Apache-2.0
"""run.py COMMAND ARGUMENTS...: one command of the walk-through, against the state of the walk.

`step NAME` keeps a copy of the cluster's objects."""

import copy
import sys

from state import Refusal, opened, refuse


def main():
    command, *arguments = sys.argv[1:]
    # Before the state is opened: what is piped in may come from a command that needs it.
    text = sys.stdin.read() if {"--password-stdin", "-"} & set(arguments) else ""
    try:
        if command == "kubectl":
            import kube
            output = kube.kubectl(arguments, text)
        elif command == "curl":
            import calls
            output = calls.curl(arguments)
        else:
            import cloud
            with opened() as state:
                if command == "step":
                    objects = copy.deepcopy(state["objects"])
                    state["steps"].append({"name": arguments[0], "objects": objects})
                    output = None
                else:
                    output = getattr(cloud, command)(state, arguments, text)
    except Refusal as error:
        refuse(command, error)
    if output:
        print(output)


main()
