# SPDX-License-Identifier: Apache-2.0
"""What pandas reads in one column of the table on standard input, without blanks around it, as a
list of JSON; null is missing: csv_cells.py COLUMN"""

import io
import json
import sys

import pandas as pd

table = pd.read_csv(io.BytesIO(sys.stdin.buffer.read()), dtype=str)
cells = [None if pd.isna(cell) else cell.strip() or None for cell in table[sys.argv[1]]]
print(json.dumps(cells))
