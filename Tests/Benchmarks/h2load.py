# SPDX-License-Identifier: Apache-2.0
"""Calls of gRPC by h2load, on a processor of its own, and what they cost a server on another."""
import dataclasses
import pathlib
import re
import sys
import time

from measure import run

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Python"))
from http2_frames import Connection, message  # noqa: E402

# Where the server is, and where its clients are.
SERVER, CLIENT = (["taskset", "-c", core] for core in "01")


@dataclasses.dataclass
class Call:
    """What is called: a path, a message, and the file that h2load sends of it."""
    path: str
    body: bytes
    file: pathlib.Path

    def __post_init__(self):
        self.file.write_bytes(message(self.body))


@dataclasses.dataclass
class Calls:
    """How calls went: how many, in a second by the clock, and the server's processor for one."""
    count: int
    rate: float
    microseconds: float


def answer(port, call):
    """The answer to a call, which a busy server may refuse at first."""
    with Connection(port) as connection:
        for _ in range(100):
            if found := connection.ask(call.path, call.body):
                return found
            time.sleep(0.1)
    sys.exit(f"{call.path}: no answer")


def h2load(service, call, connections, streams, seconds, answer_bytes, most_refused=0.01):
    """Calls in a closed loop for some seconds. Those count that have an answer of as many bytes:
    h2load does not read the status of gRPC, which is in the trailers."""
    before = service.processor_seconds()
    _, output = run([*CLIENT, "h2load", "--threads", 1, "--clients", connections,
                     "--max-concurrent-streams", streams, "--duration", seconds, "--data",
                     call.file, "--header", "content-type: application/grpc", "--header",
                     "te: trailers", f"http://127.0.0.1:{service.port}{call.path}"])
    spent = service.processor_seconds() - before
    output = output.decode()
    ended = int(re.search(r"(\d+) succeeded", output)[1])
    data = int(re.search(r"\((\d+)\) data", output)[1])
    answered = data / answer_bytes if answer_bytes else ended
    # The data of calls that are under way at the end may count.
    if not 1 - most_refused <= answered / max(ended, 1) < 1.02 + connections * streams / ended:
        sys.exit(f"{call.path}: {ended} calls ended, {answered:.0f} with an answer\n{output}")
    return Calls(round(answered), answered / seconds, 1e6 * spent / ended)


def field(number, data):
    """A field of bytes of a protobuf message."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value):
    """A number as protobuf has it."""
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


def infer_request(model, rows, columns, matrix):
    """A ModelInferRequest for a prepared matrix, row after row."""
    given = (field(1, b"input__0") + field(2, b"FP32") + field(3, varint(rows) + varint(columns)))
    return (field(1, model) + field(5, given) + field(6, field(1, b"output__0"))
            + field(7, matrix))


def predict_request(model, rows, columns, matrix):
    """A PredictRequest for a prepared matrix, column after column."""
    return (field(1, model) + varint(3 << 3) + varint(rows) + varint(5 << 3) + varint(columns)
            + field(6, matrix))
