# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""Free ports that no other test is given, as in tests/support/process/loopback.h: whose socket has
the name of a hundred ports, his they are while he lives."""

import random
import socket

BLOCKS = range(110, 320)  # Below the ports that the system gives to outgoing connections.


def is_free(port):
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class OwnPorts:
    def __init__(self):
        self.sockets = []
        self.prefixes = []

    def prefix(self):
        """Four digits that make free ports with one more digit behind them; each once."""
        while True:
            if not self.prefixes:
                self.take_block()
            prefix = self.prefixes.pop()
            if all(is_free(10 * prefix + digit) for digit in range(10)):
                return prefix

    def take_block(self):
        for block in random.sample(BLOCKS, len(BLOCKS)):
            one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                one.bind(f"\0buoyant-ports-{block}")
            except OSError:
                one.close()
                continue
            self.sockets.append(one)
            self.prefixes = list(range(10 * block, 10 * block + 10))
            return
        raise OSError("no ports are free")

    def close(self):
        for one in self.sockets:
            one.close()


OWN = OwnPorts()
