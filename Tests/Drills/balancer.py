# SPDX-License-Identifier: Apache-2.0
"""A small TCP balancer: new connections go in turn to the servers whose /readyz says so.

Prints the two ports it listens on (for RPC and for HTTP). Each line of its standard input is a JSON
list of servers, `{"rpc": port, "http": port, "metrics": port}`, that replaces the one before. Like
a balancer of layer 4 it never cuts a connection that it has made.
"""

import asyncio
import itertools
import json
import sys


class Balancer:
    def __init__(self):
        self.servers, self.ready, self.turns = [], set(), itertools.count()

    async def check(self):
        while True:
            await asyncio.gather(*(self.check_one(server["metrics"]) for server in self.servers))
            await asyncio.sleep(0.1)

    async def check_one(self, port):
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 1)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: balancer\r\nConnection: close\r\n\r\n")
            line = await asyncio.wait_for(reader.readline(), 1)
            writer.close()
            is_ready = b" 200 " in line
        except (OSError, asyncio.TimeoutError):
            is_ready = False
        (self.ready.add if is_ready else self.ready.discard)(port)

    async def serve(self, kind, reader, writer):
        candidates = [server for server in self.servers if server["metrics"] in self.ready]
        start = next(self.turns)
        for step in range(len(candidates)):
            server = candidates[(start + step) % len(candidates)]
            try:
                other = await asyncio.open_connection("127.0.0.1", server[kind])
                break
            except OSError:
                continue
        else:
            return writer.close()
        await asyncio.gather(self.pipe(reader, other[1]), self.pipe(other[0], writer))
        for end in (writer, other[1]):
            end.close()

    async def pipe(self, reader, writer):
        try:
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
        except OSError:
            writer.close()

    async def run(self):
        ports = []
        for kind in ("rpc", "http"):
            listener = await asyncio.start_server(
                lambda reader, writer, kind=kind: self.serve(kind, reader, writer), "127.0.0.1", 0,
                backlog=1024)
            ports.append(listener.sockets[0].getsockname()[1])
        print(*ports, flush=True)
        checks = asyncio.create_task(self.check())
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := await lines.readline():
            self.servers = json.loads(line)
        checks.cancel()


asyncio.run(Balancer().run())
