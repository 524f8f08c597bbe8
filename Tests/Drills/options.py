# SPDX-License-Identifier: Apache-2.0
"""The command lines of the scripts of this folder."""

import argparse


def parsed(documentation, parts=(), number=None):
    """What was asked for: `short`, `parts` (all without a name), and `number` or None.

    An unknown word ends the script with exit code 2, `--help` with `documentation`.
    """
    parser = argparse.ArgumentParser(
        description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="a short run with wide bounds")
    if number:
        parser.add_argument(f"--{number}", type=int, metavar="N", dest="number",
                            help=f"how many {number}")
    if parts:
        parser.add_argument("parts", nargs="*", metavar="PART",
                            help=f"{', '.join(parts)}; all without a name")
    options = parser.parse_args()
    for part in options.parts if parts else ():
        if part not in parts:
            parser.error(f"unknown part '{part}' (there are {', '.join(parts)})")
    if parts and not options.parts:
        options.parts = list(parts)
    return options
