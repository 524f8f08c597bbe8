# SPDX-License-Identifier: Apache-2.0
"""Statistics of counts, by whole numbers or scipy: a line for each line of JSON.

{"table": [[a, b], [c, d]]}    Fisher's exact p-value, by whole numbers
{"part": k, "whole": n, "level": q}    Wilson's interval and the normal quantile
{"ratio": [k, n, l, m], "level": q}    the interval of a ratio of risks
"""

import json
import math
import sys
from fractions import Fraction

from scipy import stats
from scipy.stats.contingency import relative_risk


def fisher(table):
    (a, b), (c, d) = table
    row, column, whole = a + b, a + c, a + b + c + d
    cells = range(max(0, column - (c + d)), min(row, column) + 1)
    likely = {x: math.comb(row, x) * math.comb(whole - row, column - x) for x in cells}
    tail = sum(term for term in likely.values() if term <= likely[a])
    exact = float(Fraction(tail, sum(likely.values())))
    # scipy sums rounded terms.
    assert math.isclose(exact, stats.fisher_exact(table).pvalue, rel_tol=1e-6, abs_tol=1e-300)
    return [exact]


for line in sys.stdin:
    case = json.loads(line)
    if "table" in case:
        answer = fisher(case["table"])
    elif "ratio" in case:
        interval = relative_risk(*case["ratio"]).confidence_interval(case["level"])
        answer = [interval.low, interval.high]
    else:
        test = stats.binomtest(case["part"], case["whole"])
        interval = test.proportion_ci(case["level"], method="wilson")
        answer = [interval.low, interval.high, stats.norm.ppf((1 + case["level"]) / 2)]
    print(json.dumps(answer))
