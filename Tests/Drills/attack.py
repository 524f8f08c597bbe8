# SPDX-License-Identifier: Apache-2.0
"""Clients of the binary RPC that mean ill, for `attacker.Attack`."""

import socket
import struct
import time

import ldp

GREETING = ldp.PREFACE + ldp.frame(ldp.HELLO, ldp.rpc.Hello(agent=b"attack").SerializeToString())
# A connection that ends so is reset and leaves nothing to wait for in the client's system.
RESET = struct.pack("ii", 1, 0)
LOCAL = "127.0.0.1"


def dripping(port, connections, running, count):
    """Keeps `connections` connections with a call that never gets whole: each sends a byte a second, and
    one that is closed is replaced."""
    start = GREETING + struct.pack(">BBBBII", 0xA7, ldp.REQUEST, 1, 0, 1000, 1)
    clients, turn = [], 0
    pause = 1 / connections
    while running.is_set():
        if len(clients) < connections:
            client = socket.create_connection((LOCAL, port))
            client.sendall(start)
            # The server's HELLO: before it, a connection counts as one that nobody knows.
            client.recv(4096)
            client.setblocking(False)
            clients.append(client)
            count.value = len(clients)
            continue
        turn = (turn + 1) % connections
        try:
            clients[turn].send(b"\0")
            if clients[turn].recv(4096) == b"":
                raise ConnectionError
        except BlockingIOError:
            time.sleep(pause)
        except OSError:
            clients.pop(turn).close()
    for client in clients:
        client.close()


def connecting(port, rate, running, count):
    """Connects and closes `rate` times a second: half of them without a byte, half after their
    HELLO; half in order, half by a reset."""
    start = time.monotonic()
    while running.is_set():
        due = int((time.monotonic() - start) * rate)
        while count.value < due and running.is_set():
            client = socket.create_connection((LOCAL, port))
            if count.value & 1:
                client.send(GREETING)
            if count.value & 2:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.close()
            count.value += 1
        time.sleep(0.001)
