# SPDX-License-Identifier: Apache-2.0
"""`load --target grpc` against a server of grpcio's.

    grpc_load.py PROGRAM
"""
import concurrent.futures
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import grpc
from grpc_tools import protoc

[program] = sys.argv[1:]
PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
folder = tempfile.TemporaryDirectory()
assert protoc.main(["", f"--proto_path={PROTO}", f"--python_out={folder.name}",
                    f"--grpc_python_out={folder.name}", "loan_default/v1/rpc.proto",
                    "loan_default/v1/service.proto"]) == 0
sys.path.insert(0, folder.name)
from loan_default.v1 import rpc_pb2 as rpc  # noqa: E402
from loan_default.v1 import service_pb2_grpc as service  # noqa: E402

MODEL, TOKEN, ROWS, SCHEMA = "mine", "reader-0123456789", 3, 7
AGE = rpc.Feature(name=b"age", kind=rpc.FEATURE_KIND_NUMBER)


class Server(service.LoanDefaultServicer):
    """Answers one call in five that it has no room, and the others a quarter a row."""

    calls = 0

    def ServerInfo(self, request, context):
        assert request.model == MODEL.encode(), request
        return rpc.ServerInfoResponse(models=[
            rpc.ModelDescription(name=request.model, schema_id=SCHEMA, features=[AGE])])

    def Predict(self, request, context):
        assert request.rows == ROWS and request.schema_id == SCHEMA, request
        assert [column.name for column in request.columns] == [AGE.name], request
        metadata = dict(context.invocation_metadata())
        assert metadata["authorization"] == f"Bearer {TOKEN}", metadata
        # As `load` waits for an answer.
        assert 0 < context.time_remaining() <= 10, context.time_remaining()
        self.calls += 1
        if self.calls % 5 == 0:
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no room for 100 % of the calls")
        return rpc.PredictResponse(probabilities=struct.pack("<f", 0.25) * ROWS,
                                   labels=bytes(ROWS))


# One thread: the calls are counted in their order.
server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=1))
service.add_LoanDefaultServicer_to_server(Server(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
token, report = f"{folder.name}/token", f"{folder.name}/report.json"
pathlib.Path(token).write_text(TOKEN)


def load(*options):
    """The exit code and what was said."""
    run = subprocess.run(
        [program, "load", "--target", "grpc", "--http-port", str(port), "--token-file", token,
         "--duration", "0.5", "--warm-up", "0", "--connections", "2", "--in-flight", "8",
         "--batch-size", str(ROWS), *options], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


status, text = load("--model-name", MODEL, "--json", report)
figures = json.loads(pathlib.Path(report).read_text())
assert status == 1 and set(figures["errors"]) == {"RESOURCE_EXHAUSTED"}, text
sheds = figures["sheds"]
assert figures["calls"] > 20 and figures["rows"] == ROWS * figures["calls"], figures
assert abs(4 * sheds - figures["calls"]) <= 8, figures

server.stop(None).wait()
status, text = load("--model-name", MODEL)
assert status == 1 and "cannot be reached" in text, text
