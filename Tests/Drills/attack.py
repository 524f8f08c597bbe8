# SPDX-License-Identifier: Apache-2.0
"""Clients that mean ill: processes that give way to the measuring client on their processor, so
that what is measured is the server."""

import multiprocessing
import os
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


class Attack:
    """One of the functions above in a process of its own, while a block runs. `count` is what it
    has reached."""

    def __init__(self, act, port, amount, core):
        self.running, self.counter = multiprocessing.Event(), multiprocessing.Value("q", 0, lock=False)
        self.process = multiprocessing.Process(
            target=self.run, args=(act, port, amount, core), daemon=True)

    def run(self, act, port, amount, core):
        os.sched_setaffinity(0, {core})
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        act(port, amount, self.running, self.counter)

    @property
    def count(self):
        return self.counter.value

    def reach(self, count, timeout=120):
        """Waits until `count` is reached."""
        end = time.monotonic() + timeout
        while self.count < count:
            if time.monotonic() > end or not self.process.is_alive():
                raise SystemExit(f"the attack reached {self.count} of {count}")
            time.sleep(0.01)

    def __enter__(self):
        self.running.set()
        self.process.start()
        return self

    def __exit__(self, *_):
        self.running.clear()
        self.process.join(30)
        if self.process.is_alive():
            self.process.kill()
