# SPDX-License-Identifier: Apache-2.0
"""A forward proxy of HTTP: CONNECT for tunnels, the absolute form for the rest.

Keeps for each request the method, the target and the names of its headers. Asks for a name and a
password where `login` is set.
"""

import base64
import http.client
import socket
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler

HOP_BY_HOP = {"proxy-connection", "proxy-authorization", "connection", "keep-alive"}


class ForwardProxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    login = None
    lock = threading.Lock()
    requests = []

    def log_message(self, *arguments):
        pass

    def enters(self):
        names = sorted({name.lower() for name in self.headers.keys()})
        with self.lock:
            self.requests.append([self.command, self.path, ",".join(names)])
        if self.login is None:
            return True
        wanted = "Basic " + base64.b64encode(self.login.encode()).decode()
        return self.headers.get("proxy-authorization") == wanted

    def refuse(self, status):
        self.send_response_only(status)
        if status == 407:
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def do_CONNECT(self):
        if not self.enters():
            return self.refuse(407)
        host, port = self.path.rsplit(":", 1)
        try:
            server = socket.create_connection((host, int(port)), timeout=5)
        except OSError:
            return self.refuse(502)
        server.settimeout(None)
        self.send_response_only(200)
        self.end_headers()
        back = threading.Thread(target=pump, args=(server, self.connection), daemon=True)
        back.start()
        pump(self.connection, server)
        back.join()
        server.close()
        self.close_connection = True

    def handle_any(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        if not self.enters():
            return self.refuse(407)
        target = urllib.parse.urlsplit(self.path)
        if target.scheme != "http":
            return self.refuse(400)
        connection = http.client.HTTPConnection(target.hostname, target.port or 80, timeout=20)
        path = self.path.split(target.netloc, 1)[1] or "/"
        connection.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        length = answer.getheader("content-length") if self.command == "HEAD" else len(content)
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any


def pump(source, target):
    """Moves bytes until one side ends."""
    try:
        while data := source.recv(65_536):
            target.sendall(data)
    except OSError:
        pass
    for side in (source, target):
        try:
            side.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
