# SPDX-License-Identifier: Apache-2.0
"""What benchmarks send is what the server takes: bodies without a type are refused by it."""

import http.server
import pathlib
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import bench_protocols  # noqa: E402
import h2load  # noqa: E402


def test_loading_a_model_names_the_type_of_its_body():
    types = []

    class Recorder(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            types.append(self.headers["Content-Type"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Recorder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        bench_protocols.load_model(server.server_port)
        server.shutdown()
        thread.join()
    assert types == ["application/json"]


READ = """
import sys
from tritonclient.grpc import service_pb2
read = service_pb2.ModelInferRequest.FromString(sys.stdin.buffer.read())
print(read.model_name, list(read.inputs[0].shape), [output.name for output in read.outputs])
print(read.raw_input_contents[0].hex(), end="")
"""


def test_requests_of_grpc_are_the_messages_that_their_stubs_read():
    matrix = bytes(range(4 * 3 * 200 % 256)) + bytes(4 * 3 * 200 - 4 * 3 * 200 % 256)
    request = h2load.infer_request(b"bench.model", 200, 3, matrix)
    # In a process of its own: other tests' stubs of the same messages exclude these.
    read = subprocess.run([sys.executable, "-c", READ], input=request, capture_output=True,
                          check=True).stdout.decode()
    assert read == f"bench.model [200, 3] ['output__0']\n{matrix.hex()}"
