# SPDX-License-Identifier: Apache-2.0
"""gRPC on one processor of the server, with clients on another: what a call costs, against an echo
of gRPC's C++ library where that is installed (libgrpc++-dev); large batches against the binary RPC;
what a refused batch costs; and what clients that mean ill do to the others."""
import contextlib
import shlex
import shutil
import socket
import statistics
import subprocess

from bench_protocols import FEATURES, load_model, matrix_rows, rows_over_rpc
from grpc_bystanders import bystanders
from h2load import (
    CLIENT, SERVER, Call, answer, field, h2load, infer_request, predict_request)
from measure import PROGRAM, ROOT, documented_model, row, run
from service import Service, free_port

ROWS, MODEL = 10_000, b"bench.model"
INFER = "/inference.GRPCInferenceService/ModelInfer"
# What a call of 200 bytes may cost the server's processor, and a refused batch of 400 kB.
CALL_MICROSECONDS, REFUSAL_MICROSECONDS = 5, 15
CALL_BYTES, REFUSED_ROWS = 200, 3_840
ECHO = "echo of C++ gRPC, asynchronous"


def small_calls(folder, matrix):
    """Name to a call of little work: one of 200 bytes, of which the server skips nearly all, and
    predictions of one row."""
    padding = field(15, bytes(CALL_BYTES - 5 - 3))
    one = matrix[:4 * FEATURES]
    return {
        f"Check, {CALL_BYTES} bytes":
            Call("/grpc.health.v1.Health/Check", padding, folder / "check.bin"),
        "Predict, 1 prepared row":
            Call("/loan_default.v1.LoanDefault/Predict",
                 predict_request(MODEL, 1, FEATURES, one), folder / "predict.bin"),
        "ModelInfer, 1 prepared row":
            Call(INFER, infer_request(MODEL, 1, FEATURES, one), folder / "infer.bin"),
    }


@contextlib.contextmanager
def echo(folder):
    """gRPC's C++ library as a server; None where it is not installed."""
    installed = shutil.which("pkg-config") and not subprocess.run(
        ["pkg-config", "--exists", "grpc++"], check=False).returncode
    if not installed:
        yield None
        return
    flags = shlex.split(run(["pkg-config", "--cflags", "--libs", "grpc++"])[1].decode())
    run(["g++", "-std=c++17", "-O2", ROOT / "Tests/Benchmarks/grpc_echo.cc", "-o",
         folder / "echo", *flags])
    port = free_port()
    server = Service([*SERVER, folder / "echo", port], port)
    try:
        yield server.wait(
            lambda: socket.create_connection(("127.0.0.1", port)).close())
    finally:
        server.__exit__()


def costs(service, echoing, calls, seconds, runs):
    """Rows of what small calls cost, by turns with the echo of the first of them."""
    first = next(iter(calls.values()))
    lengths = {name: len(answer(service.port, call)) for name, call in calls.items()}
    found, echoes = {name: [] for name in calls}, []
    for _ in range(runs):
        for name, call in calls.items():
            found[name].append(
                h2load(service, call, 1, 32, seconds, lengths[name]).microseconds)
        if echoing:
            echoes.append(h2load(echoing, first, 1, 32, seconds, CALL_BYTES).microseconds)
    cost = {name: statistics.median(values) for name, values in found.items()}
    [name, *_] = calls
    what = "gRPC, 1 connection x 32, processor a call: "
    yield row(what + name, cost[name], "us", "must be below", CALL_MICROSECONDS,
              CALL_MICROSECONDS / cost[name])
    if echoing:
        theirs = statistics.median(echoes)
        for name, mine in cost.items():
            yield row(what + name, mine, "us", ECHO, theirs, theirs / mine)


def large_batches(service, folder, rpc, matrix, seconds, runs):
    """ModelInfer against the binary RPC, one call at a time: more of them would be refused."""
    call = Call(INFER, infer_request(MODEL, ROWS, FEATURES, matrix), folder / "large.bin")
    length = len(answer(service.port, call))
    pairs = [(ROWS * h2load(service, call, 1, 1, seconds, length, most_refused=0.2).rate,
              rows_over_rpc(PROGRAM, folder, rpc, seconds, rows=ROWS, connections=1,
                            before=CLIENT)) for _ in range(runs)]
    mine, theirs = [statistics.median(column) for column in zip(*pairs)]
    ratio = statistics.median(ours / others for ours, others in pairs)
    return row(f"ModelInfer over gRPC, {ROWS:,} prepared rows", mine, "rows/s",
               f"RPC, {ROWS:,} prepared rows", theirs, ratio)


def refusals(folder, matrix, seconds, runs):
    """What a batch costs that comes without a token."""
    tokens = folder / "tokens"
    tokens.write_text("predict bench-0123456789abcdef\n")
    call = Call(INFER, infer_request(MODEL, REFUSED_ROWS, FEATURES,
                                     matrix[:4 * FEATURES * REFUSED_ROWS]), folder / "refused.bin")
    with Service.loan_default(folder, "--token-file", tokens, before=SERVER) as service:
        # Many at once: waking up for a single one costs more than refusing it.
        found = [h2load(service, call, 1, 32, seconds, None).microseconds for _ in range(runs)]
    cost = statistics.median(found)
    size = f"{call.file.stat().st_size // 1000} kB"
    return row(f"gRPC, refused batches of {size}, processor each", cost, "us", "must be below",
               REFUSAL_MICROSECONDS, REFUSAL_MICROSECONDS / cost)


def bench_grpc(folder, quick):
    documented_model(folder, quick)
    matrix = matrix_rows(folder / "data/Xtest.npy", ROWS)
    rpc, seconds, runs = free_port(), 1 if quick else 3, 1 if quick else 5
    with Service.loan_default(folder, rpc_port=rpc, before=SERVER) as service:
        load_model(service.port)
        calls = small_calls(folder, matrix)
        with echo(folder) as echoing:
            yield from costs(service, echoing, calls, seconds, runs)
        yield large_batches(service, folder, rpc, matrix, seconds, runs)
        yield from bystanders(service, folder, matrix, quick)
    yield refusals(folder, matrix, seconds, runs)
