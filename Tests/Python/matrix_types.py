# SPDX-License-Identifier: Apache-2.0
"""Writes a matrix of every type of cells into a folder; one JSON line per file says what it is as
float32: matrix_types.py FOLDER"""

import json
import pathlib
import sys

import numpy as np

ROWS, COLUMNS = 6, 3
KINDS = [("f", 2), ("f", 4), ("f", 8), ("b", 1)] + [(k, n) for k in "iu" for n in (1, 2, 4, 8)]
folder = pathlib.Path(sys.argv[1])
random = np.random.default_rng(8)


def cells(dtype):
    """Random bits, so that every size of number is there, and the edges."""
    if dtype.kind == "b":
        return random.integers(0, 2, ROWS * COLUMNS).astype(dtype)
    if dtype.kind in "iu":
        edges = [np.iinfo(dtype).min, np.iinfo(dtype).max, 0]
        values = np.frombuffer(random.bytes(ROWS * COLUMNS * dtype.itemsize), dtype=dtype).copy()
    else:
        scale = np.exp(random.normal(0, {2: 3, 4: 20, 8: 40}[dtype.itemsize], ROWS * COLUMNS))
        values = (random.normal(0, 1, ROWS * COLUMNS) * scale).astype(dtype)
        # 16777217 lies in the middle of two numbers; 1e300 is beyond float32.
        edges = [np.nan, -0.0, np.inf, 65504, 5.9604645e-08]
        edges += [16777217.0, 1e300, 1e-300, 3.4028235677973366e38] if dtype.itemsize == 8 else []
    values[: len(edges)] = np.array(edges, dtype=dtype)
    return values


with np.errstate(all="ignore"):
    for kind, size in KINDS:
        for order in "<>":
            dtype = np.dtype(f"{order}{kind}{size}")
            for fortran in (False, True):
                matrix = cells(dtype).reshape(ROWS, COLUMNS)
                matrix = np.asfortranarray(matrix) if fortran else np.ascontiguousarray(matrix)
                path = folder / f"{kind}{size}{'big' if order == '>' else 'little'}{fortran}.npy"
                np.save(path, matrix)
                floats = np.load(path).astype(np.float32)
                # One NaN is like any other.
                floats[np.isnan(floats)] = np.float32(np.nan)
                bits = np.ascontiguousarray(floats.T).view(np.uint32).ravel()
                print(json.dumps({"path": str(path), "dtype": f"{order}{kind}{size}",
                                  "bits": bits.tolist(), "shape": [ROWS, COLUMNS]}))
