# SPDX-License-Identifier: Apache-2.0
"""gRPC by h2load: what a small call costs the server, and the Open Inference Protocol against the
RPC on the same server and rows."""
import re
import statistics
import struct
import sys

from bench_protocols import FEATURES, ROWS, load_model, matrix_rows, rows_over_rpc
from measure import PROGRAM, documented_model, row, run
from service import Service, free_port

# What a small call may cost the server's processor at most, in microseconds.
CALL_MAX = 5


def field(number, data):
    """A field of bytes of a protobuf message."""
    length, size = bytearray(), len(data)
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes([number << 3 | 2, *length, size]) + data


def message(body):
    """A message as gRPC sends it."""
    return b"\0" + struct.pack(">I", len(body)) + body


def infer_request(matrix_bytes):
    """A ModelInferRequest for a prepared matrix, row after row."""
    shape = bytes([ROWS & 0x7F | 0x80, ROWS >> 7, FEATURES])
    given = field(1, b"input__0") + field(2, b"FP32") + field(3, shape)
    wanted = field(1, b"output__0")
    return (field(1, b"bench.model") + field(5, given) + field(6, wanted)
            + field(7, matrix_bytes))


def h2load(service, path, body, connections, streams, seconds):
    """Calls a second by the clock, and microseconds of the server's processors a call."""
    before = service.processor_seconds()
    _, output = run(["h2load", "--threads", 1, "--clients", connections,
                     "--max-concurrent-streams", streams, "--duration", seconds, "--data", body,
                     "--header", "content-type: application/grpc", "--header", "te: trailers",
                     f"http://127.0.0.1:{service.port}{path}"])
    spent = service.processor_seconds() - before
    output = output.decode()
    counts = re.search(r"(\d+) succeeded, (\d+) failed, (\d+) errored", output)
    # What is under way at the end counts as failed.
    if not counts or int(counts[1]) == 0 or int(counts[3]) > 2 * connections * streams:
        sys.exit(f"calls failed:\n{output}")
    rate = float(re.search(r"finished in [\d.]+\w+, ([\d.]+) req/s", output)[1])
    return rate, 1e6 * spent / int(counts[1])


def bench_grpc(folder, quick):
    rounds, kind = documented_model(folder, quick)
    small, large = folder / "check.bin", folder / "infer.bin"
    small.write_bytes(message(b""))
    large.write_bytes(message(infer_request(matrix_rows(folder / "data/Xtest.npy"))))
    rpc, seconds, runs = free_port(), 1 if quick else 4, 1 if quick else 3
    infer = "/inference.GRPCInferenceService/ModelInfer"
    with Service.loan_default(folder, rpc_port=rpc) as service:
        load_model(service.port)
        costs = [h2load(service, "/grpc.health.v1.Health/Check", small, 1, 32, seconds)[1]
                 for _ in range(runs)]
        pairs = [(ROWS * h2load(service, infer, large, 4, 1, seconds)[0],
                  rows_over_rpc(PROGRAM, folder, rpc, seconds)) for _ in range(runs)]
    cost = statistics.median(costs)
    mine, theirs = [statistics.median(column) for column in zip(*pairs)]
    return [
        row("a small call over gRPC, 1 connection, 32 in flight: processor", cost, "us",
            "must be below", CALL_MAX, CALL_MAX / cost),
        row(f"ModelInfer over gRPC, {ROWS:,} rows, {rounds} trees, {kind}", mine, "rows/s",
            f"RPC, prepared, {ROWS:,} rows", theirs, mine / theirs),
    ]
