# SPDX-License-Identifier: Apache-2.0
"""The Open Inference Protocol in binary, against the RPC on the same server and rows."""
import json
import re
import statistics
import struct
import subprocess

from measure import PROGRAM, documented_model, row
from service import Service, free_port, post, wrk

ROWS = 1_000
FEATURES = 26


def infer_body(matrix_bytes):
    """(JSON length, body) of a request that sends and wants binary tensors."""
    head = json.dumps({
        "inputs": [{"name": "input__0", "shape": [ROWS, FEATURES], "datatype": "FP32",
                    "parameters": {"binary_data_size": len(matrix_bytes)}}],
        "outputs": [{"name": "output__0", "parameters": {"binary_data": True}}],
    }).encode()
    return len(head), head + matrix_bytes


def matrix_rows(path, rows=ROWS):
    """The first rows of a column-major .npy matrix, row after row."""
    data = path.read_bytes()
    start = 10 + struct.unpack("<H", data[8:10])[0]
    count = int(re.search(rb"\((\d+), ", data[:start])[1])
    columns = [struct.unpack_from(f"<{rows}f", data, start + 4 * count * column)
               for column in range(FEATURES)]
    return struct.pack(f"<{rows * FEATURES}f", *(value for row in zip(*columns) for value in row))


def rows_over_http(folder, port, seconds):
    """Rows a second that wrk gets."""
    address = f"http://127.0.0.1:{port}/v2/models/bench.model/infer"
    return ROWS * wrk(address, folder / "infer.lua", 4, seconds)[1]


def rows_over_rpc(program, folder, port, seconds, *, rows=ROWS, connections=4, before=()):
    """Rows a second that the binary RPC gets. `before` are words before the command."""
    report = folder / "load.json"
    subprocess.run(
        [*before, program, "load", "--rpc-port", str(port), "--model-name", "bench.model",
         "--prepared", "--batch-size", str(rows), "--connections", str(connections),
         "--in-flight", "1", "--duration", str(seconds), "--warm-up", "0.5", "--json", report],
        check=True, capture_output=True)
    loaded = json.loads(report.read_text())
    return loaded["rowsPerSecond"]


def bench_protocols(folder, quick):
    rounds, kind = documented_model(folder, quick)
    length, body = infer_body(matrix_rows(folder / "data/Xtest.npy"))
    (folder / "infer.bin").write_bytes(body)
    (folder / "infer.lua").write_text(
        'wrk.method = "POST"\n'
        f'wrk.body = io.open("{folder}/infer.bin", "rb"):read("*a")\n'
        'wrk.headers["Content-Type"] = "application/octet-stream"\n'
        f'wrk.headers["Inference-Header-Content-Length"] = "{length}"\n')
    rpc, seconds = free_port(), 1 if quick else 4
    with Service.loan_default(folder, rpc_port=rpc) as service:
        load_model(service.port)
        pairs = [(rows_over_http(folder, service.port, seconds),
                  rows_over_rpc(PROGRAM, folder, rpc, seconds)) for _ in range(1 if quick else 3)]
    mine, theirs = [statistics.median(column) for column in zip(*pairs)]
    return [row(f"/v2 infer, binary, {ROWS:,} rows, {rounds} trees, {kind}", mine, "rows/s",
                f"RPC, prepared, {ROWS:,} rows", theirs, mine / theirs)]


def load_model(port):
    """Brings the model into service."""
    place = {"backend": "local", "local_model_path": "models", "preprocessor_path": "data"}
    post(port, "/v2/repository/models/bench.model/load", json.dumps({"parameters": place}))
