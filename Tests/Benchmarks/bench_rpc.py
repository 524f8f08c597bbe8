# SPDX-License-Identifier: Apache-2.0
"""The binary RPC on loopback: the protocol against an echo of the same bytes, a stream of large
batches against the same server calling libxgboost."""
import json

from measure import RELEASE, documented_model, run


def bench_rpc(folder, quick):
    documented_model(folder, quick)
    results = folder / "rpc.json"
    run([RELEASE / "rpc-bench", "--json", results, "--folder", folder,
         "--seconds", 2 if quick else 6])
    return json.loads(results.read_text())
