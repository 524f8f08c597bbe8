# SPDX-License-Identifier: Apache-2.0
"""Ports of this machine for servers of tests."""
import socket


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def free_pair():
    """A port that nobody listens on, and the next one too."""
    while True:
        first = free_port()
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", first + 1))
                return first
            except OSError:
                continue
