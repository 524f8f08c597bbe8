# SPDX-License-Identifier: Apache-2.0
"""Reads metrics in Prometheus's text format from standard input; prints them as JSON.

In addition to what prometheus-client's parser refuses, it holds the rules that `promtool check
metrics` adds: every family has help and a type, none comes twice, and samples belong to their
family.
"""

import json
import math
import sys

from prometheus_client.parser import text_string_to_metric_families

families = {}
for family in text_string_to_metric_families(sys.stdin.read()):
    assert family.name not in families, f"{family.name} comes twice"
    assert family.documentation, f"{family.name} has no help"
    assert family.type in ("counter", "gauge", "histogram"), f"{family.name} is {family.type}"
    samples = {}
    for sample in family.samples:
        labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
        key = f"{sample.name}{{{labels}}}" if labels else sample.name
        assert key not in samples, f"{key} comes twice"
        samples[key] = None if math.isnan(sample.value) else sample.value
    families[family.name] = {"type": family.type, "samples": samples}
json.dump(families, sys.stdout)
