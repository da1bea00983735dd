# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

import socket
import unittest

from ports import OwnPorts


class OwnPortsTest(unittest.TestCase):
    def setUp(self):
        self.own = OwnPorts()
        self.addCleanup(self.own.close)

    def test_owners_have_different_prefixes_each_of_them_once(self):
        other = OwnPorts()
        self.addCleanup(other.close)

        prefixes = [owner.prefix() for _ in range(15) for owner in (self.own, other)]

        self.assertEqual(len(set(prefixes)), 30)

    def test_a_prefix_with_a_port_that_is_taken_is_not_given(self):
        first = self.own.prefix()
        with socket.socket() as taken:
            # It may rest from an earlier test; nobody listens there.
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", 10 * self.own.prefixes[-1] + 9))
            taken.listen()
            next_one = self.own.prefix()

        self.assertLess(next_one, first - 1)
