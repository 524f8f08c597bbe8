# SPDX-License-Identifier: Apache-2.0
"""The limits that pages state are those of the sources."""

import re

import pytest

from documents import ROOT

HTTP = "Sources/HTTPServer/Wire/HTTPLimits.swift"
ADMISSION = "Sources/Admission/AdmissionLimits.swift"
JOBS = "Sources/LoanServer/Jobs/JobLimits.swift"
RPC = "Sources/LoanRPC/Limits/RPCLimits.swift"
GRPC = "Sources/GRPCServer/Limits/GRPCLimits.swift"
HTTP2 = "Sources/HTTP2/HTTP2Limits.swift"
TABLES = {
    "docs/operations.md": [
        ("body of a prediction", HTTP, "bodyBytesMax"),
        ("body of any other call", HTTP, "controlBodyBytesMax"),
        ("path and query", HTTP, "targetBytesMax"),
        ("header fields", HTTP, "headerCountMax"),
        ("header fields", HTTP, "headerBytesMax"),
        ("a request, from its first byte", HTTP, "requestTimeout"),
        ("a request, from its first byte", HTTP, "bytesPerSecondMin"),
        ("a response that its client does not read", HTTP, "unreadTimeout"),
        ("a connection without traffic", HTTP, "idleTimeout"),
        ("HTTP connections", HTTP, "connectionsMax"),
        ("requests and responses in memory", HTTP, "bytesInFlightMax"),
        ("rows of a prediction", RPC, "rowsMax"),
        ("a record that contributions start from", RPC, "baselineBytesMax"),
        ("a prediction over HTTP", ADMISSION, "predictTimeout"),
        ("jobs that are remembered", JOBS, "countMax"),
    ],
    "docs/grpc.md": [
        ("a message with rows", HTTP, "bodyBytesMax"),
        ("any other message", HTTP, "controlBodyBytesMax"),
        ("metadata of a call", HTTP2, "headerBytesMax"),
        ("calls of a connection at once", HTTP2, "streamsMax"),
        ("bytes of a call before", HTTP2, "firstWindow"),
        ("bytes of a stream", HTTP2, "streamWindow"),
        ("bytes of a connection", GRPC, "connectionBytesMax"),
        ("answers of a stream", GRPC, "unsentBytesMax"),
        ("answers of a stream", HTTP, "unreadTimeout"),
        ("calls that a client cancels", HTTP2, "resetBurst"),
        ("calls that a client cancels", HTTP2, "resetsPerSecond"),
        ("frames that carry nothing", HTTP2, "idleFramesBurst"),
        ("frames that carry nothing", HTTP2, "idleFramesPerSecond"),
        ("silence of a client", GRPC, "keepaliveInterval"),
    ],
    "proto/README.md": [
        ("preface and HELLO", RPC, "helloTimeout"),
        ("preface and HELLO", RPC, "helloBytesMax"),
        ("payload", RPC, "frameBytesMax"),
        ("an unfinished frame", RPC, "frameRateMin"),
        ("an unfinished frame", RPC, "frameSlowTime"),
        ("connections", RPC, "connectionsMax"),
        ("connections", RPC, "connectionsUnauthenticatedMax"),
        ("streams of a connection", RPC, "streamsMax"),
        ("message bytes in flight", RPC, "connectionBytesInFlightMax"),
        ("message bytes in flight", RPC, "totalBytesInFlightMax"),
        ("unsent answers", RPC, "unsentBytesMax"),
        ("metadata", RPC, "metadataPairsMax"),
    ],
}


def value(file, limit):
    """A limit of the sources, as a page writes it: "4 MiB", "10 s", "4,096"."""
    source = (ROOT / file).read_text()
    text = re.search(rf"var {limit}(?:: \w+)? = (.*)$", source, re.MULTILINE).group(1)
    seconds = re.fullmatch(r"(?:Duration)?\.seconds\((\d+)\)", text)
    if seconds:
        return f"{int(seconds.group(1))} s"
    base, _, shift = text.replace("_", "").partition(" << ")
    number = int(base) << int(shift or 0)
    if not re.search("[bB]ytes|Rate|Window", limit):
        return f"{number:,}"
    for size, unit in ((2**20, "MiB"), (2**10, "KiB")):
        if number % size == 0:
            return f"{number // size} {unit}"
    return f"{number:,} bytes"


@pytest.mark.parametrize(
    "page, row, file, limit", [(page, *entry) for page, table in TABLES.items() for entry in table]
)
def test_pages_state_the_limits_of_the_sources(page, row, file, limit):
    text = (ROOT / page).read_text()
    (stated,) = re.findall(rf"^\| {re.escape(row)}\b[^|]* \| ([^|]*) \|", text, re.MULTILINE)
    assert re.search(rf"(?<![\d,]){re.escape(value(file, limit))}(?!\w)", stated), stated
