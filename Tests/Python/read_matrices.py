# SPDX-License-Identifier: Apache-2.0
"""What NumPy and pandas see in matrix files: one JSON line per argument."""

import json
import sys

import numpy as np
import pandas as pd

for path in sys.argv[1:]:
    if path.endswith(".npy"):
        cells = np.load(path)
        order = bool(cells.flags.f_contiguous)
    else:
        cells = pd.read_csv(path).to_numpy(dtype=np.float32)
        order = False
    known = cells[~np.isnan(cells)].astype(np.float64)
    print(
        json.dumps(
            {
                "shape": list(cells.shape),
                "dtype": str(cells.dtype),
                "fortran": order,
                "sum": float(known.sum()),
            }
        )
    )
