# SPDX-License-Identifier: Apache-2.0
"""The Open Inference Protocol in binary, against the RPC on the same server and rows."""
import json
import re
import socket
import statistics
import struct
import subprocess
import time
import urllib.error
import urllib.request

from measure import PROGRAM, applications, row, run

ROWS = 1_000
FEATURES = 26


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def infer_body(matrix_bytes):
    """(JSON length, body) of a request that sends and wants binary tensors."""
    head = json.dumps({
        "inputs": [{"name": "input__0", "shape": [ROWS, FEATURES], "datatype": "FP32",
                    "parameters": {"binary_data_size": len(matrix_bytes)}}],
        "outputs": [{"name": "output__0", "parameters": {"binary_data": True}}],
    }).encode()
    return len(head), head + matrix_bytes


def matrix_rows(path):
    """The first rows of a column-major .npy matrix, row after row."""
    data = path.read_bytes()
    start = 10 + struct.unpack("<H", data[8:10])[0]
    count = int(re.search(rb"\((\d+), ", data[:start])[1])
    columns = [struct.unpack_from(f"<{ROWS}f", data, start + 4 * count * column)
               for column in range(FEATURES)]
    return struct.pack(f"<{ROWS * FEATURES}f", *(value for row in zip(*columns) for value in row))


def rows_over_http(folder, port, seconds):
    """Rows a second that wrk gets."""
    output = subprocess.run(
        ["wrk", "--threads", "1", "--connections", "4", "--duration", f"{seconds}s", "--script",
         folder / "infer.lua", f"http://127.0.0.1:{port}/v2/models/bench.model/infer"],
        check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in output, output
    return ROWS * float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def rows_over_rpc(program, folder, port, seconds):
    report = folder / "load.json"
    subprocess.run(
        [program, "load", "--rpc-port", str(port), "--model-name", "bench.model", "--prepared",
         "--batch-size", str(ROWS), "--connections", "4", "--in-flight", "1", "--duration",
         str(seconds), "--warm-up", "0.5", "--json", report],
        check=True, capture_output=True)
    loaded = json.loads(report.read_text())
    return loaded["rowsPerSecond"]


def bench_protocols(folder, quick):
    source, kind = applications(folder)
    size, rounds = (100_000, 50) if quick else (400_000, 500)
    run([PROGRAM, "data", "--local-path", source, "--target-path", folder / "data", "--size", size,
         "--seed", 1])
    run([PROGRAM, "train", "--local-data-path", folder / "data", "--local-model-path",
         folder / "models", "--model-name", "bench.model", "--rounds", rounds])
    length, body = infer_body(matrix_rows(folder / "data/Xtest.npy"))
    (folder / "infer.bin").write_bytes(body)
    (folder / "infer.lua").write_text(
        'wrk.method = "POST"\n'
        f'wrk.body = io.open("{folder}/infer.bin", "rb"):read("*a")\n'
        'wrk.headers["Content-Type"] = "application/octet-stream"\n'
        f'wrk.headers["Inference-Header-Content-Length"] = "{length}"\n')
    http, rpc = free_port(), free_port()
    server = subprocess.Popen(
        [PROGRAM, "serve", "--storage-root", folder, "--http-port", str(http), "--rpc-port",
         str(rpc), "--metrics-port", "0", "--log-level", "error"], stderr=subprocess.DEVNULL)
    try:
        load_model(http)
        seconds = 1 if quick else 4
        pairs = [(rows_over_http(folder, http, seconds),
                  rows_over_rpc(PROGRAM, folder, rpc, seconds)) for _ in range(1 if quick else 3)]
    finally:
        server.terminate()
        server.wait()
    mine, theirs = [statistics.median(column) for column in zip(*pairs)]
    return [row(f"/v2 infer, binary, {ROWS:,} rows, {rounds} trees, {kind}", mine, "rows/s",
                f"RPC, prepared, {ROWS:,} rows", theirs, mine / theirs)]


def load_model(port):
    """Brings the model into service, once the server listens."""
    place = {"backend": "local", "local_model_path": "models", "preprocessor_path": "data"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v2/repository/models/bench.model/load",
        data=json.dumps({"parameters": place}).encode(),
        headers={"Content-Type": "application/json"})
    for _ in range(200):
        try:
            with urllib.request.urlopen(request, timeout=60):
                return
        except urllib.error.URLError as error:
            if isinstance(error, urllib.error.HTTPError):
                raise
            time.sleep(0.05)
    raise TimeoutError("the server does not listen")
