# SPDX-License-Identifier: Apache-2.0
"""A small client of LDP/1, written from proto/README.md alone, with Google's protobuf package.

Usage: ldp_client.py PORT FOLDER_OF_GENERATED_CLASSES
Runs every interop scenario against a server whose model answers p = 0.5 + m / (2 * (1 + |m|)),
where m is the sum of the numbers, each times its position (1 to 7); prints one JSON object.
"""
import json
import math
import socket
import struct
import sys

sys.path.insert(0, sys.argv[2])
from loan_default.v1 import rpc_pb2 as rpc  # noqa: E402

PREFACE = bytes.fromhex("894C44500D0A1A01")
HELLO, REQUEST, DATA, END, CREDIT, CANCEL, PING, PONG, GOAWAY = range(1, 10)
END_STREAM = 1
NUMBERS = ["person_age", "person_income", "person_emp_length", "loan_amnt", "loan_int_rate",
           "loan_percent_income", "cb_person_cred_hist_length"]
CATEGORIES = ["person_home_ownership", "loan_intent", "loan_grade", "cb_person_default_on_file"]


class Client:
    def __init__(self, port, **hello):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.buffer = b""
        self.stream = -1
        self.socket.sendall(PREFACE)
        self.send(HELLO, rpc.Hello(agent=b"py", **hello).SerializeToString())

    def send(self, kind, payload=b"", stream=0, flags=0):
        self.socket.sendall(struct.pack(">BBBBII", 0xA7, kind, flags, 0, len(payload), stream) + payload)

    def read(self, count):
        while len(self.buffer) < count:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self.buffer += data
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def receive(self):
        magic, kind, flags, reserved, length, stream = struct.unpack(">BBBBII", self.read(12))
        assert magic == 0xA7 and reserved == 0
        return kind, flags, stream, self.read(length)

    def request(self, method, message=b"", last=True, timeout_ms=5000, head=None):
        self.stream += 2
        head = head or rpc.RequestHead(method=method, timeout_ms=timeout_ms).SerializeToString()
        payload = struct.pack(">H", len(head)) + head + message
        self.send(REQUEST, payload, self.stream, END_STREAM if last else 0)
        return self.stream

    def answer(self):
        """The DATA messages until END, the status and the result."""
        data = []
        while True:
            kind, flags, stream, payload = self.receive()
            if kind == DATA:
                data.append(payload)
            elif kind == END:
                assert flags == END_STREAM
                size, = struct.unpack(">H", payload[:2])
                return data, rpc.Status.FromString(payload[2:2 + size]), payload[2 + size:]


def batch(rows, **fields):
    message = rpc.PredictRequest(model=b"m", rows=rows, **fields)
    for place, name in enumerate(NUMBERS):
        values = [(row - 2) * 0.25 + place for row in range(rows)]
        setattr(message, name, struct.pack(f"<{rows}f", *values))
    for name in CATEGORIES:
        setattr(message, name, bytes(rows))
    return message


def expected(message):
    rows = message.rows
    columns = [struct.unpack(f"<{rows}f", getattr(message, name)) for name in NUMBERS]
    margins = [sum((place + 1) * column[row] for place, column in enumerate(columns)) for row in range(rows)]
    return [0.5 + margin / (2 * (1 + abs(margin))) for margin in margins]


def agrees(result, message):
    response = rpc.PredictResponse.FromString(result)
    values = struct.unpack(f"<{message.rows}f", response.probabilities)
    wanted = expected(message)
    return (len(values) == len(wanted)
            and all(math.isclose(a, b, rel_tol=1e-5) for a, b in zip(values, wanted))
            and response.labels == bytes(1 if value > 0.5 else 0 for value in values)
            and response.generation == 3)


def fields_of(data):
    """Top-level fields of a message as byte strings, to be put together in another order."""
    fields, at = [], 0

    def varint(at):
        value, shift = 0, 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value, at
    while at < len(data):
        start = at
        tag, at = varint(at)
        kind = tag & 7
        if kind == 0:
            _, at = varint(at)
        elif kind == 1:
            at += 8
        elif kind == 2:
            size, at = varint(at)
            at += size
        fields.append(data[start:at])
    return fields


def scenarios(port):
    client = Client(port)
    kind, _, stream, payload = client.receive()
    hello = rpc.Hello.FromString(payload)
    yield "hello", kind == HELLO and stream == 0 and hello.frame_bytes_max == 4 << 20

    client.request(rpc.METHOD_PING, rpc.PingRequest(payload=b"hi").SerializeToString())
    _, status, result = client.answer()
    yield "ping", status.code == 0 and rpc.PingResponse.FromString(result).payload == b"hi"

    for rows in (1, 3, 1000):
        message = batch(rows)
        client.request(rpc.METHOD_PREDICT, message.SerializeToString())
        _, status, result = client.answer()
        yield f"predict {rows}", status.code == 0 and agrees(result, message)

    message = batch(4, outputs=1)
    data = message.SerializeToString()
    client.request(rpc.METHOD_PREDICT, b"".join(reversed(fields_of(data))))
    _, status, result = client.answer()
    response = rpc.PredictResponse.FromString(result)
    yield "reversed fields", status.code == 0 and agrees(result, message) and len(response.margins) == 16

    # Unknown fields of every wire type, before and after; a scalar twice, the last counts.
    unknown = bytes.fromhex("F80601 F90600000000000000 00 FA0603616263 FD0600000000".replace(" ", ""))
    client.request(rpc.METHOD_PREDICT, unknown + b"\x18\x63" + data + unknown)
    _, status, result = client.answer()
    yield "unknown fields", status.code == 0 and agrees(result, message)

    # A longer varint than needed is still the same number.
    client.request(rpc.METHOD_PREDICT, data.replace(b"\x18\x04", b"\x18\x84\x80\x00", 1))
    _, status, result = client.answer()
    yield "padded varint", status.code == 0 and agrees(result, message)

    # A packed repeated float has the bytes of a little-endian column.
    prepared = rpc.PredictRequest(model=b"m", rows=2, features=3,
                                  prepared=struct.pack("<6f", 1, 2, 3, 4, 5, 6))
    client.request(rpc.METHOD_PREDICT, prepared.SerializeToString())
    _, status, result = client.answer()
    values = struct.unpack("<2f", rpc.PredictResponse.FromString(result).probabilities)
    wanted = [0.5 + m / (2 * (1 + m)) for m in (9, 12)]
    yield "prepared", all(math.isclose(a, b, rel_tol=1e-5) for a, b in zip(values, wanted))

    # Columns by name, in every form; the fake model takes codes and texts for numbers.
    columns = rpc.PredictRequest(model=b"m", rows=3, columns=[
        rpc.Column(name=b"a", float32=struct.pack("<3f", 1, 2, math.nan)),
        rpc.Column(name=b"b", float64=struct.pack("<3d", 0.5, -4, 8)),
        rpc.Column(name=b"c", codes8=bytes([0, 254, 255])),
        rpc.Column(name=b"d", codes16=struct.pack("<3H", 1, 0, 65535), dictionary=[b"2.5", b"-1"]),
        rpc.Column(name=b"e", codes32=struct.pack("<3I", 3, 4294967294, 7))])
    client.request(rpc.METHOD_PREDICT, columns.SerializeToString())
    _, status, result = client.answer()
    margins = [1 + 2 * 0.5 + 0 - 4 + 5 * 3, 2 + 2 * -4 + 4 * 2.5, 2 * 8 + 5 * 7]
    values = struct.unpack("<3f", rpc.PredictResponse.FromString(result).probabilities)
    wanted = [0.5 + m / (2 * (1 + abs(m))) for m in margins]
    yield "columns", all(math.isclose(a, b, rel_tol=1e-5) for a, b in zip(values, wanted))

    del columns.columns[1:]
    columns.columns[0].float32 += b"1234"
    client.request(rpc.METHOD_PREDICT, columns.SerializeToString())
    _, status, _ = client.answer()
    yield "column of another length", status.code == 3 and b"a: float32" in status.message

    columns.columns[0].float32 = struct.pack("<3f", 1, 2, 3)
    columns.model, columns.outputs = b"values-3", 1
    client.request(rpc.METHOD_PREDICT, columns.SerializeToString())
    _, status, result = client.answer()
    response = rpc.PredictResponse.FromString(result)
    yield "values", (response.values_per_row == 3 and response.probabilities == b""
                     and struct.unpack("<9f", response.values) == (1, 2, 3, 2, 3, 4, 3, 4, 5)
                     and struct.unpack("<6f", response.margins) == (1, 0, 2, 1, 3, 2))

    for name, payload, code in (("empty", b"", 3), ("absent model", None, 5)):
        if payload is None:
            absent = batch(1)
            absent.model = b"absent"
            payload = absent.SerializeToString()
        client.request(rpc.METHOD_PREDICT, payload)
        _, status, result = client.answer()
        yield name, status.code == code and result == b"" and status.message != b""

    client.request(rpc.METHOD_UNSPECIFIED, head=b"\x08\x63")
    _, status, _ = client.answer()
    yield "unknown method", status.code == 12

    messages = [batch(rows) for rows in (1, 700, 2, 5)]
    stream = client.request(rpc.METHOD_PREDICT_STREAM, messages[0].SerializeToString(), last=False)
    for message in messages[1:]:
        client.send(DATA, message.SerializeToString(), stream)
    client.send(DATA, b"", stream, END_STREAM)
    results, status, result = client.answer()
    yield "stream", (status.code == 0 and result == b"" and len(results) == 4
                     and all(map(agrees, results, messages)))

    stream = client.request(rpc.METHOD_PREDICT_STREAM, last=False)
    client.send(CANCEL, b"", stream)
    _, status, _ = client.answer()
    yield "cancel", status.code == 1

    client.request(rpc.METHOD_PREDICT_STREAM, last=False, timeout_ms=50)
    _, status, _ = client.answer()
    yield "deadline", status.code == 4

    client.send(PING, b"12345678")
    kind, _, _, payload = client.receive()
    yield "pong", kind == PONG and payload == b"12345678"

    other = Client(port, token=b"wrong")
    other.receive()
    kind, _, _, payload = other.receive()
    yield "token", kind == GOAWAY and rpc.GoAway.FromString(payload).code == 16


print(json.dumps(dict(scenarios(int(sys.argv[1])))))
