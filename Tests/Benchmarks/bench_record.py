# SPDX-License-Identifier: Apache-2.0
"""What a record of decisions costs: calls and rows a second with it against without, over HTTP and
the RPC, by servers that take turns. Each window has both servers' loads one after the other; the
ratio is the median of the windows', since a virtual machine loses its processors now and then."""
import json
import statistics
import tempfile

from bench_http import body
from measure import PROGRAM, documented_model, row, run
from service import Service, free_port

MODES = ["best-effort", "required"]


def rpc_rate(folder, port, seconds, *options):
    """Rows a second over the RPC, with the client on the second processor."""
    report = folder / "load.json"
    run(["taskset", "-c", "1", PROGRAM, "load", "--rpc-port", port, "--duration", seconds,
         "--warm-up", 0.3, "--json", report, "--local-model-path", "models", "--preprocessor-path",
         "data", "--model-name", "bench.model", *options])
    return json.loads(report.read_text())["rowsPerSecond"]


class Pair:
    """A server that records and one that does not, over one model, each on the first processor."""

    def __init__(self, folder, mode):
        self.folder = folder
        self.ports = [free_port(), free_port()]
        model = ["--model", "bench.model=models,data"]
        # A record may not lie in the storage root.
        self.place = tempfile.TemporaryDirectory()
        record = ["--record", f"{self.place.name}/record", "--record-mode", mode]
        self.servers = [
            Service.loan_default(folder, *model, *extra, rpc_port=port,
                                 before=["taskset", "-c", "0"])
            for port, extra in zip(self.ports, [[], record])
        ]

    def __enter__(self):
        for server in self.servers:
            server.__enter__()
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.__exit__()
        self.place.cleanup()

    def ratios(self, measure, windows):
        """(with, without, ratio): medians of windows that begin with either in turn."""
        pairs = []
        for window in range(windows):
            order = [0, 1] if window % 2 else [1, 0]
            found = {index: measure(self.servers[index], self.ports[index]) for index in order}
            pairs.append((found[1], found[0]))
        with_, without = (statistics.median(column) for column in zip(*pairs))
        return with_, without, statistics.median(pair[0] / pair[1] for pair in pairs)


def bench_record(folder, quick):
    documented_model(folder, quick)
    windows, seconds = (3, 1) if quick else (9, 3)
    rows = []
    for mode in MODES:
        with Pair(folder, mode) as pair:
            kinds = [
                ("/predict, 1 record", "calls/s",
                 lambda server, _: server.load(folder, body(1), 16, seconds, "1")[0]),
                ("RPC, 1 row, 32 in flight", "calls/s",
                 lambda _, port: rpc_rate(folder, port, seconds, "--in-flight", 32)),
                ("RPC, 10,000 rows", "rows/s",
                 lambda _, port: rpc_rate(folder, port, seconds, "--batch-size", 10_000,
                                          "--connections", 1, "--in-flight", 2)),
            ]
            for name, unit, measure in kinds:
                with_, without, ratio = pair.ratios(measure, windows)
                rows.append(row(f"record, {mode}: {name}", with_, unit, "without a record", without,
                                ratio))
    return rows
