# SPDX-License-Identifier: Apache-2.0
"""Stability of counts by bin, by numpy and scipy: a line for each line of JSON.

{"expected": [...], "actual": [...]}    the index with half a row added to each bin, its mean by
                                        chance, Pearson's statistic and its p-value
{"value": x, "degrees": n}              the upper tail of the chi-square distribution
"""

import json
import sys

import numpy
from scipy import stats


def stability(expected, actual):
    table = numpy.array([expected, actual], dtype=float)
    table = table[:, table.sum(axis=0) > 0]
    halves = table + 0.5
    e, a = halves / halves.sum(axis=1, keepdims=True)
    index = ((a - e) * numpy.log(a / e)).sum()
    chance = (table.shape[1] - 1) * (1 / table.sum(axis=1)).sum()
    if table.shape[1] == 1:
        return [index, chance, 0, 1]
    test = stats.chi2_contingency(table, correction=False)
    return [index, chance, test.statistic, test.pvalue]


for line in sys.stdin:
    case = json.loads(line)
    if "degrees" in case:
        answer = [stats.chi2.sf(case["value"], case["degrees"])]
    else:
        answer = stability(case["expected"], case["actual"])
    print(json.dumps([float(number) for number in answer]))
