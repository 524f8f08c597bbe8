# SPDX-License-Identifier: Apache-2.0
"""Clients of gRPC that mean ill against a real server: it ends their connections with the code of
HTTP/2 that says why, the others are answered as before, and its memory stays where it was. `make
bench BENCH=grpc` measures the same strictly."""

import os
import pathlib
import statistics
import struct
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "Tests/Drills"), str(ROOT / "Tests/Python")]
import grpc_attack  # noqa: E402
import http2_frames as http2  # noqa: E402
import served  # noqa: E402
from attacker import Attack  # noqa: E402
from http2_frames import Connection, frame  # noqa: E402

pytestmark = pytest.mark.skipif("PROGRAM" not in os.environ,
                                reason="PROGRAM is not set; run `make test`")
CORE = max(os.sched_getaffinity(0))
SERVING = http2.message(b"\x08\x01")
# What the server ends a connection with; nghttp2 has its own code for requests that are reset.
CODES = {
    "resets": {http2.INTERNAL_ERROR, http2.ENHANCE_YOUR_CALM},
    "pings": {http2.ENHANCE_YOUR_CALM},
    "settings": {http2.ENHANCE_YOUR_CALM},
    "empty data": {http2.ENHANCE_YOUR_CALM},
    "continuations": {http2.PROTOCOL_ERROR, http2.ENHANCE_YOUR_CALM},
    "HPACK bombs": {http2.ENHANCE_YOUR_CALM},
    "garbage": {http2.PROTOCOL_ERROR, http2.FRAME_SIZE_ERROR},
}
FLOODS_PER_SECOND = 20
STREAMS = 10
# How much memory may grow by a second of an attack once the allocator has seen it, in KiB.
GROWTH_KIB = 16 << 10


@pytest.fixture(scope="module")
def server():
    model = served.Model(rows=4_000, rounds=20)
    with served.Server(model, "--model", f"{served.MODEL}=models,data") as running:
        yield running
        assert running.process.poll() is None


def is_serving(connection):
    return connection.ask(grpc_attack.CHECK, b"") == SERVING


def milliseconds(connection, seconds=0.5):
    """The p99 of small calls, a thousand a second at most; of few, the longest."""
    taken, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.monotonic()
        assert is_serving(connection)
        taken.append(1000 * (time.monotonic() - start))
        time.sleep(0.001)
    return statistics.quantiles(taken, n=100)[98] if len(taken) > 100 else max(taken)


def is_undisturbed(server, attack):
    """Whether others are answered as fast during an attack as before it. What this machine does at
    the same time only ever adds to either: one pair of five must show it."""
    for _ in range(5):
        with Connection(server.http_port) as bystander:
            without = milliseconds(bystander)
        with attack(), Connection(server.http_port) as bystander:
            during = milliseconds(bystander)
        if during <= 1.5 * without + 2:
            return True
    return False


def attacking(act, server, amount, reached):
    """An attack that has begun, for a `with` statement."""
    class Begun(Attack):
        def __enter__(self):
            super().__enter__()
            self.reach(reached)
            return self

    return lambda: Begun(act, server.http_port, amount, CORE)


def code_of(server, name):
    """The code that ends a flood; None where the client lost it."""
    kind = grpc_attack.FLOODS[name]
    with Connection(server.http_port) as connection:
        if kind is grpc_attack.bombs:
            # A small one is enough, of which nothing is left to be read.
            connection.send(next(kind(connection, 100)))
        else:
            grpc_attack.flood(connection, kind)
        return connection.goaway()


@pytest.mark.parametrize("name", CODES)
def test_a_flood_ends_its_connection_with_the_code_that_says_why(server, name):
    codes = []
    # What a client is still sending when its connection ends takes the last frames with it.
    while not codes or codes[-1] is None and len(codes) < 20:
        codes.append(code_of(server, name))
    assert codes[-1] in CODES[name], codes
    with Connection(server.http_port) as connection:
        assert is_serving(connection)


def test_a_message_that_is_cut_ends_its_call_alone(server):
    with Connection(server.http_port) as connection:
        for _ in range(100):
            stream = next(connection.ids)
            connection.send(
                frame(http2.HEADERS, http2.END_HEADERS, stream, http2.fields(grpc_attack.CHECK))
                + frame(http2.DATA, http2.END_STREAM, stream, b"\0\0\0\x10\0" + bytes(100)))
            assert connection.answer(stream) == b""
        assert is_serving(connection)


@pytest.mark.parametrize("name", grpc_attack.FLOODS)
def test_a_flood_is_of_no_concern_to_others(server, name):
    act = grpc_attack.flooding(grpc_attack.FLOODS[name])
    attack = attacking(act, server, FLOODS_PER_SECOND, 1)
    assert is_undisturbed(server, attack)
    before = server.status()["rss"]
    with attack():
        time.sleep(1)
    assert server.status()["rss"] - before <= GROWTH_KIB


def batch(rows):
    """A request for some equal applications."""
    import ldp

    payload = ldp.predict(rows=rows)
    # Its message follows the head of the binary RPC.
    return payload[2 + struct.unpack(">H", payload[:2])[0]:]


def test_streams_that_stall_are_of_no_concern_to_others(server):
    act = grpc_attack.stalling(batch(2_000))
    assert is_undisturbed(server, attacking(act, server, STREAMS, STREAMS))


def test_streams_that_stall_are_of_no_concern_to_their_own_connection(server):
    with Connection(server.http_port) as connection:
        without = milliseconds(connection)
    for _ in range(5):
        with Connection(server.http_port) as connection:
            for _ in range(STREAMS):
                # Their share of the connection's window at most, with answers beyond a stream's.
                grpc_attack.stall(connection, batch(2_000), 256 << 10)
            assert is_serving(connection)
            during = milliseconds(connection)
        if during <= 1.5 * without + 2:
            return
    pytest.fail(f"p99 {during:.1f} ms, without {without:.1f} ms")
