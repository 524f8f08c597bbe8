# SPDX-License-Identifier: Apache-2.0
"""Says of each text, which stands in hexadecimal on a line of standard input, whether Python's json
reads it: `read` or `refused`. The words NaN and Infinity, which Python has in addition, are not
read."""

import json
import sys


def refuse(word):
    raise ValueError(word)


for line in sys.stdin.read().split("\n"):
    try:
        json.loads(bytes.fromhex(line).decode("utf-8"), parse_constant=refuse)
        print("read")
    except ValueError:
        print("refused")
