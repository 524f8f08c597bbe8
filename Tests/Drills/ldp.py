# SPDX-License-Identifier: Apache-2.0
"""LDP/1 for many calls at once: a connection that ends as proto/README.md says, and a caller that
repeats a call only where that is allowed."""

import asyncio
import struct
import subprocess
import sys
import tempfile

from served import MODEL

PREFACE = bytes.fromhex("894C44500D0A1A01")
HELLO, REQUEST, DATA, END, CREDIT, CANCEL, PING, PONG, GOAWAY = range(1, 10)
OK, CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE = 0, 1, 4, 14

_generated = tempfile.TemporaryDirectory(prefix="loan-default-proto-")
subprocess.run(["protoc", "-Iproto", f"--python_out={_generated.name}",
                "proto/loan_default/v1/rpc.proto"], check=True)
sys.path.insert(0, _generated.name)
from loan_default.v1 import rpc_pb2 as rpc  # noqa: E402


def frame(kind, payload=b"", stream=0, flags=0):
    return struct.pack(">BBBBII", 0xA7, kind, flags, 0, len(payload), stream) + payload


def request(method, message, timeout_ms=10_000):
    """The payload of a REQUEST."""
    head = rpc.RequestHead(method=method, timeout_ms=timeout_ms).SerializeToString()
    return struct.pack(">H", len(head)) + head + message


def predict(age=30.0, model=MODEL, rows=1, timeout_ms=10_000):
    """The payload of a prediction of `rows` equal rows; `age` distinguishes calls."""
    number = lambda value: rows * struct.pack("<f", value)
    code = lambda value: rows * bytes([value])
    message = rpc.PredictRequest(
        model=model.encode(), rows=rows, person_age=number(age), person_income=number(59_000),
        person_home_ownership=code(0), person_emp_length=number(5), loan_intent=code(0),
        loan_grade=code(1), loan_amnt=number(9_000), loan_int_rate=number(11.5),
        loan_percent_income=number(0.15), cb_person_default_on_file=code(0),
        cb_person_cred_hist_length=number(4))
    return request(rpc.METHOD_PREDICT, message.SerializeToString(), timeout_ms)


def load_model(folder="models", name=MODEL):
    """The payload of a LoadModel."""
    message = rpc.LoadModelRequest(
        model_name=name.encode(),
        model=rpc.Location(backend=rpc.BACKEND_LOCAL, path=folder.encode()),
        preprocessor=rpc.Location(backend=rpc.BACKEND_LOCAL, path=b"data"))
    return request(rpc.METHOD_LOAD_MODEL, message.SerializeToString())


class NotStarted(Exception):
    """The server has not begun the call: it may be repeated."""


class Lost(Exception):
    """The connection ended and nobody knows what became of the call."""


class Connection(asyncio.Protocol):
    """One connection. `call` may be used until `is_leaving`."""

    def __init__(self):
        self.buffer = bytearray()
        self.calls = {}
        self.stream = -1
        self.is_leaving = False
        self.opened = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, port):
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        await asyncio.wait_for(connection.opened, 10)
        return connection

    def connection_made(self, transport):
        self.transport = transport
        transport.write(PREFACE + frame(HELLO, rpc.Hello(agent=b"operations").SerializeToString()))

    def call(self, payload):
        """Sends a REQUEST; the future has the status and the result."""
        self.stream += 2
        future = asyncio.get_running_loop().create_future()
        self.calls[self.stream] = future
        self.transport.write(frame(REQUEST, payload, self.stream, 1))
        return future

    def cancel(self):
        """Sends a CANCEL of the latest call."""
        self.transport.write(frame(CANCEL, stream=self.stream))

    def data_received(self, data):
        self.buffer += data
        at = 0
        while len(self.buffer) - at >= 12:
            _, kind, _, _, length, stream = struct.unpack_from(">BBBBII", self.buffer, at)
            if len(self.buffer) - at < 12 + length:
                break
            self.receive(kind, stream, bytes(self.buffer[at + 12:at + 12 + length]))
            at += 12 + length
        del self.buffer[:at]

    def receive(self, kind, stream, payload):
        if kind == END:
            size = struct.unpack_from(">H", payload)[0]
            status = rpc.Status.FromString(payload[2:2 + size]) if size else rpc.Status()
            future = self.calls.pop(stream, None)
            if future and not future.done():
                if status.not_started:
                    future.set_exception(NotStarted(status))
                else:
                    future.set_result((status, payload[2 + size:]))
        elif kind == PING:
            self.transport.write(frame(PONG, payload))
        elif kind == GOAWAY:
            self.is_leaving = True
            last = rpc.GoAway.FromString(payload).last_stream
            for stream in [stream for stream in self.calls if stream > last]:
                future = self.calls.pop(stream)
                if not future.done():
                    future.set_exception(NotStarted())
        elif kind == HELLO and not self.opened.done():
            self.opened.set_result(None)

    def connection_lost(self, error):
        self.is_leaving = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError())
        for future in self.calls.values():
            if not future.done():
                future.set_exception(Lost())
        self.calls.clear()

    def close(self):
        self.transport.close()


class Caller:
    """Calls through a port, over one connection at a time, from where it may be repeated."""

    def __init__(self, port):
        self.port, self.connection, self.opening = port, None, asyncio.Lock()
        self.repeated = 0

    async def connected(self):
        async with self.opening:
            while self.connection is None or self.connection.is_leaving:
                try:
                    self.connection = await Connection.open(self.port)
                except (OSError, asyncio.TimeoutError):
                    await asyncio.sleep(0.01)
        return self.connection

    async def call(self, payload, attempts=20):
        """The status and the result."""
        for _ in range(attempts):
            connection = await self.connected()
            try:
                return await connection.call(payload)
            except NotStarted as refusal:
                self.repeated += 1
                # Refused for lack of room, or leaving: a moment later, or elsewhere.
                if refusal.args:
                    await asyncio.sleep(0.005)
        raise Lost("refused too often")

    def close(self):
        if self.connection:
            self.connection.close()


async def once(port, payload):
    """One call over a connection of its own."""
    caller = Caller(port)
    try:
        return await caller.call(payload)
    finally:
        caller.close()
