# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""Does what docs/TUTORIAL.md says, with its own commands and files, and compares what the servers
say with what the page shows.

usage: tutorial.py --build BUILD --scratch FOLDER

Two things differ from what a reader does: `buoyant` beside the project is the build that is there,
and the three ports are free ones. The notes before a block say what is done first (`kill: leader`,
`kill: all but one`, `start: killed`), and in which terminal something is `typed` or is `said`.
"""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

import ports
from findings import Setting, run
from terminal import Terminal

from markdown import Page

ROOT = Path(__file__).resolve().parents[2]
PAGE = "docs/TUTORIAL.md"
PORTS = ("7001", "7002", "7003")
BUILD_SECONDS = 200


class Failed(Exception):
    pass


class Reader:
    """Somebody who follows the page."""

    def __init__(self, setting):
        self.folder = setting.fresh("reader")
        shutil.copytree(setting.build / "tests/docs/buoyant", self.folder / "buoyant")
        prefix = ports.OWN.prefix()
        self.ports = {port: f"{prefix}{port[-1]}" for port in PORTS}
        self.terminals = {}
        self.started = {}
        self.killed = None
        self.done = set()

    def follow(self, block):
        if block.note("not run") is not None:
            return
        if block.note("file"):
            self.write(block)
        elif block.note("terminal"):
            self.started[block.note("terminal")] = block.text
            self.start(block.note("terminal"))
        elif block.note("said"):
            for expected in block.lines:
                self.terminals[block.note("said")].wait_for(
                    lambda line, expected=expected: line == expected)
        elif block.note("typed"):
            self.type(block)
        elif block.kind == "sh":
            self.run(block)
        else:
            raise Failed(f"{block.place}: nothing is done with it")

    def write(self, block):
        text = block.text
        for port, free in self.ports.items():
            text = text.replace(f":{port}", f":{free}")
        with open(self.folder / block.note("file"), "a", encoding="utf-8") as file:
            file.write(text)
        self.done.add("file")

    def run(self, block):
        done = run(["bash", "-c", f"set -e\n{block.text}\necho; pwd"], BUILD_SECONDS,
                   cwd=self.folder)
        if done.returncode != 0:
            raise Failed(f"{block.place}: ended with {done.returncode}\n{done.stdout}{done.stderr}")
        self.folder = Path(done.stdout.splitlines()[-1])
        self.done.add("sh")

    def start(self, name):
        self.terminals[name] = Terminal(["bash", "-c", "exec " + self.started[name]], self.folder)
        self.done.add("terminal")

    def leader(self):
        """The terminal of the server that leads, by what the others say of it."""
        for terminal in self.terminals.values():
            said = [line for line in terminal.lines() if line.endswith(" leads")]
            if said and said[-1].startswith("server "):
                return said[-1].split()[1]
        raise Failed("nobody says who leads")

    def kill(self, name):
        self.terminals.pop(name).interrupt()
        self.killed = name
        self.done.add("kill")

    def prepare(self, block):
        """Does what is done before something is typed; gives where it is typed."""
        if block.note("kill") == "leader":
            leader = self.leader()
            self.kill(leader)
            for terminal in self.terminals.values():
                terminal.wait_for(lambda line: line.endswith(" leads") and leader not in line
                                  and line.startswith("server "))
        elif block.note("kill") == "all but one":
            for name in sorted(self.terminals)[1:]:
                self.kill(name)
            self.terminals[min(self.terminals)].wait_for(lambda line: line == "nobody leads")
        elif block.note("start") == "killed":
            self.start(self.killed)
        name = block.note("typed")
        return {"another": min(self.terminals), "left": min(self.terminals),
                "killed": self.killed}.get(name, name)

    def type(self, block):
        terminal = self.terminals[self.prepare(block)]
        if block.note("kill") != "all but one":
            terminal.wait_for(lambda line: line.startswith("server "), from_start=True)
        terminal.type(block.lines[0])
        for expected in block.lines[1:]:
            terminal.wait_for(lambda line, expected=expected: line == expected)
        self.done.add("typed")

    def close(self):
        """Ctrl-D in all terminals."""
        for terminal in self.terminals.values():
            terminal.end()


def follow_page(setting):
    reader = Reader(setting)
    try:
        for block in Page(ROOT, PAGE).blocks:
            reader.follow(block)
        reader.close()
    finally:
        for terminal in reader.terminals.values():
            terminal.kill()
    missing = {"file", "sh", "terminal", "typed", "kill"} - reader.done
    if missing:
        raise Failed(f"{PAGE} has no block of: {', '.join(sorted(missing))}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    given = parser.parse_args()
    begin = time.monotonic()
    try:
        follow_page(Setting(ROOT, given.build.resolve(), given.scratch.resolve()))
    except (Failed, AssertionError, subprocess.SubprocessError) as wrong:
        sys.exit(f"the tutorial: {wrong}")
    print(f"the tutorial was followed in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
