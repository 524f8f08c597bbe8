# SPDX-License-Identifier: Apache-2.0
"""HTTP/2 frame by frame, for what no library of gRPC sends: RFC 9113, and of RFC 7541 (HPACK) the
literal field without an index."""
import collections
import contextlib
import itertools
import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, _, RST_STREAM, SETTINGS, _, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS, ACK = 0x1, 0x4, 0x1
NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR = 0x0, 0x1, 0x2
FRAME_SIZE_ERROR, CANCEL, ENHANCE_YOUR_CALM = 0x6, 0x8, 0xB
INITIAL_WINDOW_SIZE = 0x4
# The largest frame that every peer takes, and the window of one that has announced none.
FRAME_BYTES_MAX, WINDOW_BYTES = 1 << 14, (1 << 16) - 1
# One connection and one stream may be given this much at once.
WINDOW_BYTES_MAX = (1 << 31) - 1 - WINDOW_BYTES


def frame(kind, flags=0, stream=0, payload=b""):
    """A frame with its head."""
    length = struct.pack(">I", len(payload))[1:]
    return length + struct.pack(">BBI", kind, flags, stream) + payload


def settings(**values):
    """A SETTINGS frame; the names are those of the constants here, in lower case."""
    numbers = {"initial_window_size": INITIAL_WINDOW_SIZE}
    return frame(SETTINGS, payload=b"".join(struct.pack(">HI", numbers[name], value)
                                            for name, value in values.items()))


def integer(value, bits, first=0):
    """A number of HPACK with a prefix of some bits, in a byte that begins with `first`."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    rest = bytearray()
    value -= most
    while value > 0x7F:
        rest.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([first | most, *rest, value])


def literal(name, value, first=0x00):
    """A field as it is; with 0x40 as its first byte it enters the table of the peer."""
    name, value = name.encode(), value.encode()
    return bytes([first]) + integer(len(name), 7) + name + integer(len(value), 7) + value


def fields(path, **metadata):
    """The fields of a call of gRPC."""
    pairs = {":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost",
             "content-type": "application/grpc", "te": "trailers", **metadata}
    return b"".join(literal(name, value) for name, value in pairs.items())


def message(body):
    """A message of gRPC."""
    return b"\0" + struct.pack(">I", len(body)) + body


class Connection:
    """One connection to a port of this machine. What it receives it takes at once, as far as
    streams were given windows at its start; what it sends keeps to the windows of the server."""

    def __init__(self, port, timeout=60, **announced):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout = timeout
        # That of the GOAWAY that came.
        self.code = None
        self.buffer = bytearray()
        self.ids = itertools.count(1, 2)
        # What the server takes more of: on a new stream, and by stream; 0 is the connection.
        self.first_window = WINDOW_BYTES
        self.windows = collections.defaultdict(lambda: self.first_window, {0: WINDOW_BYTES})
        self.send(PREFACE + settings(**announced)
                  + frame(WINDOW_UPDATE, payload=struct.pack(">I", WINDOW_BYTES_MAX)))

    def send(self, data):
        self.socket.sendall(data)

    def next_frame(self):
        """Kind, flags, stream and payload of the next frame; None at the end of the connection.
        PING and SETTINGS are acknowledged, and windows noted."""
        while True:
            length = int.from_bytes(self.buffer[:3], "big")
            if len(self.buffer) >= 9 + length:
                kind, flags, stream = struct.unpack(">BBI", self.buffer[3:9])
                payload = bytes(self.buffer[9:9 + length])
                del self.buffer[:9 + length]
                self._note(kind, flags, stream, payload)
                return kind, flags, stream, payload
            try:
                part = self.socket.recv(1 << 16)
            except ConnectionError:
                part = b""
            if not part:
                return None
            self.buffer += part

    def _note(self, kind, flags, stream, payload):
        if kind == GOAWAY:
            self.code = struct.unpack(">I", payload[4:8])[0]
        if kind == WINDOW_UPDATE:
            self.windows[stream] += struct.unpack(">I", payload)[0]
        if kind == SETTINGS and not flags & ACK:
            for key, value in struct.iter_unpack(">HI", payload):
                if key == INITIAL_WINDOW_SIZE:
                    for one in self.windows.keys() - {0}:
                        self.windows[one] += value - self.first_window
                    self.first_window = value
        if kind in (PING, SETTINGS) and not flags & ACK:
            with contextlib.suppress(ConnectionError):
                self.send(frame(kind, ACK, 0, payload if kind == PING else b""))

    def send_data(self, stream, body, ends=True, patience=60):
        """Sends a body as far as the server gives windows for it within some seconds of `patience`
        each; returns whether that was all."""
        while body or ends:
            room = min(self.windows[0], self.windows[stream], FRAME_BYTES_MAX)
            if body and room <= 0:
                self.socket.settimeout(patience)
                try:
                    if self.next_frame() is None:
                        return False
                except TimeoutError:
                    return False
                finally:
                    self.socket.settimeout(self.timeout)
                continue
            part, body = body[:room], body[room:]
            is_last = ends and not body
            self.send(frame(DATA, END_STREAM if is_last else 0, stream, part))
            self.windows[0] -= len(part)
            self.windows[stream] -= len(part)
            if is_last:
                break
        return True

    def begin(self, path, **metadata):
        """Begins a call; returns its stream."""
        stream = next(self.ids)
        self.send(frame(HEADERS, END_HEADERS, stream, fields(path, **metadata)))
        return stream

    def answer(self, stream):
        """What DATA brings of a stream until that ends, as one; None where it is reset, or where
        the connection ends first."""
        body = bytearray()
        while (found := self.next_frame()) is not None:
            kind, flags, owner, payload = found
            if owner != stream:
                continue
            if kind == RST_STREAM:
                return None
            if kind == DATA:
                body += payload
            if kind in (DATA, HEADERS) and flags & END_STREAM:
                return bytes(body)
        return None

    def ask(self, path, body):
        """The answer to a call with one message."""
        stream = self.begin(path)
        if not self.send_data(stream, message(body)):
            return None
        return self.answer(stream)

    def goaway(self):
        """The code of the GOAWAY that the server ends the connection with; None without one."""
        while self.next_frame() is not None:
            pass
        return self.code

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
