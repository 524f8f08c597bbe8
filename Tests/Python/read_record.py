# SPDX-License-Identifier: Apache-2.0
"""Reads the segments of a decision record by proto/RECORD.md alone, and prints a JSON line a frame.

    read_record.py FOLDER_OF_A_STREAM
"""
import hashlib
import json
import pathlib
import struct
import sys
import tempfile

from google.protobuf.json_format import MessageToDict
from grpc_tools import protoc

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
folder = tempfile.TemporaryDirectory()
assert protoc.main(["", f"--proto_path={PROTO}", f"--python_out={folder.name}",
                    "loan_default/v1/record.proto"]) == 0
sys.path.insert(0, folder.name)
from loan_default.v1 import record_pb2 as record  # noqa: E402

TYPES = {1: record.SegmentHeader, 2: record.Context, 3: record.Decisions, 4: record.Gap,
         5: record.Outcomes, 6: record.Shadow, 7: record.SegmentFooter}
TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def frames(segment):
    """Type, flags, sequence, message and place of each frame of a segment."""
    assert segment[:8] == b"LDRECORD" and struct.unpack_from("<I", segment, 8) == (1,)
    place = 12
    while place < len(segment):
        length, kind, flags, _, sequence, crc = struct.unpack_from("<IBBHQI", segment, place)
        payload = segment[place + 20:place + 20 + length]
        assert len(payload) == length, f"cut at {place}"
        assert crc32c(segment[place:place + 16] + payload) == crc, f"changed at {place}"
        yield kind, flags, sequence, TYPES[kind].FromString(payload), place
        place += 20 + length


previous, expected, entry = bytes(32), None, None
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.segment")):
    segment = path.read_bytes()
    for kind, flags, sequence, message, place in frames(segment):
        assert expected in (None, sequence), f"{sequence} is not {expected}"
        expected = sequence + 1
        if kind == 1:
            assert message.segment == int(path.stem) and message.previous_digest in (
                previous, message.previous_digest if previous == bytes(32) else None)
            entry, linked = message.first_entry, message.previous_digest
        elif flags & 1:
            entry += max(1, message.frames) if kind == 4 else 1
        if kind == 7:
            previous = hashlib.sha256(linked + segment[:place]).digest()
            assert message.digest == previous, f"{path.name} was changed"
            assert (message.next_sequence, message.next_entry) == (sequence + 1, entry)
        fields = MessageToDict(message, preserving_proto_field_name=True)
        print(json.dumps({"frame": sequence, "flags": flags, type(message).__name__: fields}))
