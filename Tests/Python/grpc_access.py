# SPDX-License-Identifier: Apache-2.0
"""gRPC over TLS with tokens, on the port of HTTPS.

    grpc_access.py PORT STORAGE CA
"""
import socket
import ssl
import sys

import grpc
import numpy
import tritonclient.grpc as triton
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tritonclient.grpc import service_pb2, service_pb2_grpc

from protocol_model import MODEL, prepared, same_bits

port, storage, authority = sys.argv[1:]
# As the server was started with.
READER, WRITER = "reader-0123456789", "writer-0123456789"
with open(authority, "rb") as file:
    credentials = grpc.ssl_channel_credentials(file.read())
channel = grpc.secure_channel(f"localhost:{port}", credentials)
stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
matrix, expected = prepared(storage)


def code(method, request, token=None):
    """The name of the code that a call ends with."""
    metadata = [] if token is None else [("authorization", f"Bearer {token}")]
    try:
        method(request, metadata=metadata, timeout=60)
    except grpc.RpcError as error:
        return error.code().name
    return "OK"


# What anybody may ask.
health = health_pb2_grpc.HealthStub(channel)
assert health.Check(health_pb2.HealthCheckRequest(), timeout=60).status == 1
assert code(stub.ServerLive, service_pb2.ServerLiveRequest()) == "OK"

# What needs a token, and which.
infer = service_pb2.ModelInferRequest(
    model_name=MODEL, raw_input_contents=[matrix[:1].tobytes()],
    inputs=[{"name": "input__0", "datatype": "FP32", "shape": [1, 26]}])
unload = service_pb2.RepositoryModelUnloadRequest(model_name="absent")
for method, request, wanted in [
        (stub.ModelInfer, infer, {None: "UNAUTHENTICATED", "wrong": "UNAUTHENTICATED",
                                  READER: "OK", WRITER: "OK"}),
        (stub.RepositoryModelUnload, unload, {None: "UNAUTHENTICATED", "wrong": "UNAUTHENTICATED",
                                              READER: "PERMISSION_DENIED", WRITER: "NOT_FOUND"}),
        (stub.RepositoryIndex, service_pb2.RepositoryIndexRequest(),
         {None: "UNAUTHENTICATED", READER: "OK"})]:
    for token, name in wanted.items():
        assert code(method, request, token) == name, (request, token, code(method, request, token))

# tritonclient's own way to give both.
client = triton.InferenceServerClient(f"localhost:{port}", ssl=True, root_certificates=authority)
given = triton.InferInput("input__0", [5, 26], "FP32")
given.set_data_from_numpy(numpy.ascontiguousarray(matrix[:5]))
answer = client.infer(MODEL, [given], headers={"authorization": f"Bearer {READER}"})
same_bits(answer.as_numpy("output__0"), expected[:5])

# Clients that speak both get HTTP/1.1, in which pages and JSON are; those of HTTP/2 get that.
context = ssl.create_default_context(cafile=authority)
for offered, wanted in [(["h2", "http/1.1"], "http/1.1"), (["h2"], "h2"),
                        (["http/1.1"], "http/1.1")]:
    context.set_alpn_protocols(offered)
    with socket.create_connection(("localhost", int(port)), timeout=60) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secured:
            assert secured.selected_alpn_protocol() == wanted, offered
