# SPDX-License-Identifier: Apache-2.0
"""Encodes the texts on standard input, a JSON list, with scikit-learn's OneHotEncoder and its
min_frequency. Prints the categories that are kept, then each column, as JSON; an empty text is
missing and has no column.

usage: rare_categories.py SHARE
"""

import json
import sys

import numpy as np
from sklearn.preprocessing import OneHotEncoder

cells = np.array(json.load(sys.stdin), dtype=object).reshape(-1, 1)
encoder = OneHotEncoder(min_frequency=float(sys.argv[1]), sparse_output=False)
encoded = encoder.fit_transform(cells)
names = [str(name).removeprefix("x0_") for name in encoder.get_feature_names_out()]
assert names[-1] == "infrequent_sklearn", names
print(json.dumps([name for name in names[:-1] if name]))
for name, column in zip(names, encoded.T):
    if name:
        print(json.dumps(column.tolist()))
