# SPDX-License-Identifier: Apache-2.0
"""A proxy before an S3 store that gives it the ways of other stores.

Quirks are set by name:

- no_copy, ignores_copy: CopyObject is not implemented; its header is not looked at.
- no_conditions, conditions_400, ignores_conditions: conditional writes are refused with 501, with
  400, or written in any case.
- bare_tags: If-Match of a write holds without quotes only, as in Ceph's gateway.
- versioned: of writes If-None-Match always holds and If-Match never, as in Ceph's versioned
  buckets.
- completes_anyway: the completion of parts does not look at conditions, as in Ceph's gateway.
- weak_etags: reads answer with weak tags, as from proxies that compress.
- writes_without_etags: writes answer without a tag, completions with an empty one.
- ignores_read_conditions, misreads_read_conditions: If-Match of a read always or never holds.
- no_checksums, checksums_400: checksums are refused with 501 or 400.
- repeats_pages, cut_pages: a listing says that there is more, and goes back to its first page, or
  does not say where it goes on.
"""

import http.client
import re
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REFUSALS = {501: "NotImplemented", 400: "InvalidArgument", 412: "PreconditionFailed"}


class Outage:
    """From the first matching request on, the store is away for some seconds."""

    def __init__(self, method, path, seconds):
        self.method, self.path, self.seconds = method, path, seconds
        self.until = None
        self.refused = 0

    def holds(self, method, path):
        if self.until is None and method == self.method and self.path in path:
            self.until = time.monotonic() + self.seconds
        if self.until is None or time.monotonic() >= self.until:
            return False
        self.refused += 1
        return True


class Quirks:
    """The ways of the store, which tests set."""

    def __init__(self):
        self.names = frozenset()
        self.outage = None

    def set(self, names, outage=None):
        self.names = frozenset(names)
        self.outage = Outage(*outage) if outage else None

    def is_away(self, method, path):
        outage = self.outage
        return outage is not None and outage.holds(method, path)

    def refusal(self, method, path, headers):
        """The status that the store answers without looking further; None to go on."""
        has_condition = "if-match" in headers or "if-none-match" in headers
        checksum = ("x-amz-checksum", "x-amz-sdk-checksum")
        if any(name.startswith(checksum) for name in headers):
            if "no_checksums" in self.names:
                return 501
            if "checksums_400" in self.names:
                return 400
        if "x-amz-copy-source" in headers and "no_copy" in self.names:
            return 501
        if method in ("PUT", "POST") and has_condition:
            if "no_conditions" in self.names:
                return 501
            if "conditions_400" in self.names:
                return 400
            tag = headers.get("if-match", "")
            if "versioned" in self.names and tag:
                return 412
            if "bare_tags" in self.names and tag.startswith('"'):
                return 412
        if method == "GET" and "if-match" in headers and "misreads_read_conditions" in self.names:
            return 412
        return None

    def request(self, method, path, headers):
        """The headers that the store gets to see."""
        dropped = set()
        if method in ("PUT", "POST"):
            if "ignores_conditions" in self.names:
                dropped |= {"if-match", "if-none-match"}
            if "versioned" in self.names:
                dropped.add("if-none-match")
            if "completes_anyway" in self.names and method == "POST":
                dropped |= {"if-match", "if-none-match"}
        if method == "GET" and "ignores_read_conditions" in self.names:
            dropped.add("if-match")
        if "ignores_copy" in self.names:
            dropped.add("x-amz-copy-source")
        seen = {name: value for name, value in headers.items() if name not in dropped}
        if "bare_tags" in self.names and method in ("PUT", "POST") and "if-match" in seen:
            seen["if-match"] = f'"{seen["if-match"]}"'
        return seen

    def answer(self, method, path, headers, content):
        """The answer as the store gives it."""
        if "weak_etags" in self.names and method in ("GET", "HEAD"):
            headers = [
                (name, "W/" + value if name.lower() == "etag" else value)
                for name, value in headers
            ]
        if "writes_without_etags" in self.names and "partNumber=" not in path:
            if method == "PUT":
                headers = [pair for pair in headers if pair[0].lower() != "etag"]
            if method == "POST":
                content = re.sub(rb"<ETag>[^<]*</ETag>", b"<ETag></ETag>", content)
        if method == "GET" and b"<ListBucketResult" in content:
            whole, more = b"<IsTruncated>false", b"<IsTruncated>true"
            again = b"<NextContinuationToken>again</NextContinuationToken>"
            if "repeats_pages" in self.names:
                content = content.replace(whole, again + more)
            if "cut_pages" in self.names:
                content = content.replace(whole, more)
        return headers, content

    def path(self, path):
        """The path that the store gets to see: it knows no token of ours."""
        return path.replace("&continuation-token=again", "").replace("continuation-token=again&", "")


class QuirkyProxy(BaseHTTPRequestHandler):
    """Passes requests on to `target`, in the ways of `quirks`."""

    protocol_version = "HTTP/1.1"
    quirks = Quirks()
    target = None

    def log_message(self, *arguments):
        pass

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.quirks.is_away(self.command, self.path):
            return self.cut()
        return self.answer(*self.forward(body))

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any

    def forward(self, body):
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = self.quirks.refusal(self.command, self.path, headers)
        if status is not None:
            return status, [], f"<Error><Code>{REFUSALS[status]}</Code></Error>".encode()
        connection = http.client.HTTPConnection(*self.target, timeout=60)
        path = self.quirks.path(self.path)
        connection.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.quirks.request(self.command, self.path, headers).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        headers, content = self.quirks.answer(
            self.command, self.path, answer.getheaders(), content
        )
        connection.close()
        return answer.status, headers, content

    def head(self, status, headers, length):
        self.send_response_only(status)
        skipped = ("connection", "transfer-encoding", "server")
        has_length = False
        for name, value in headers:
            if name.lower() == "content-length":
                has_length = True
                value = value if self.command == "HEAD" else str(length)
            if name.lower() not in skipped:
                self.send_header(name, value)
        if not has_length:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def answer(self, status, headers, content):
        self.head(status, headers, len(content))
        if self.command != "HEAD":
            self.wfile.write(content)

    def cut(self):
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()


class QuietServer(ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """Clients that leave early are part of the tests."""


def serve(handler):
    """Serves in the background; the port."""
    server = QuietServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
