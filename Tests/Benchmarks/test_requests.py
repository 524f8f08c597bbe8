# SPDX-License-Identifier: Apache-2.0
"""What benchmarks send is what the server takes: bodies without a type are refused by it."""

import http.server
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import bench_protocols  # noqa: E402


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
