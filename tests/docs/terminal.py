# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""A program with a keyboard and a screen."""

import signal
import subprocess
import threading

WAIT_SECONDS = 40


class Terminal:
    def __init__(self, command, folder):
        self.changed = threading.Condition()
        self.said = []
        # What was looked at by wait_for.
        self.seen = 0
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        bufsize=1)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            with self.changed:
                self.said.append(line.rstrip("\n"))
                self.changed.notify_all()

    def lines(self):
        with self.changed:
            return list(self.said)

    def wait_for(self, is_it, from_start=False):
        """Waits for a line; those up to it are not looked at again, unless from the start."""
        def found():
            begin = 0 if from_start else self.seen
            for at in range(begin, len(self.said)):
                if is_it(self.said[at]):
                    self.seen = max(self.seen, at + 1)
                    return True
            return False

        with self.changed:
            if not self.changed.wait_for(found, WAIT_SECONDS):
                raise AssertionError("what should be said is not; said was:\n" + "\n".join(self.said))

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def interrupt(self):
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(WAIT_SECONDS)

    def end(self):
        """Ctrl-D: it ends, and well."""
        self.process.stdin.close()
        code = self.process.wait(WAIT_SECONDS)
        assert code == 0, f"ended with {code}:\n" + "\n".join(self.lines())

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(WAIT_SECONDS)
