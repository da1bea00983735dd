# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""Checks every code block of every page: compiles, configures, parses or runs it.

usage: blocks.py --build BUILD --scratch FOLDER [--cxx C++] [--cc C] [--include FOLDER]...

docs/WRITING.md says what a block of each kind has to be.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from findings import Setting, run
from compiling import check_cmake, check_compiled
from shell import check_shell

from markdown import read_pages

# Shown, and not checked: output, pictures, layouts.
SHOWN = ("text", "console")
KINDS = ("cpp", "c", "cmake", "sh", "json", "python", *SHOWN)
# Its commands are run by tests/docs/tutorial.py, with three servers.
TUTORIAL = "docs/TUTORIAL.md"


def check_kinds(blocks):
    return [f"{block.place}: a block of kind '{block.kind}' is not known" for block in blocks
            if block.kind not in KINDS]


def check_json(blocks):
    trouble = []
    for block in blocks:
        try:
            json.loads(block.text)
        except ValueError as wrong:
            trouble.append(f"{block.place}: {wrong}")
    return trouble


def check_python(setting, blocks):
    """Those of a page are one program, run with the repository as its argument."""
    pages = {}
    for block in blocks:
        pages.setdefault(str(block.page.path), []).append(block)
    trouble = []
    for path, of_page in pages.items():
        done = run([sys.executable, "-c", "".join(block.text for block in of_page),
                    str(setting.root)], 20, cwd=setting.scratch)
        if done.returncode != 0:
            trouble.append(f"{path}: {done.stderr.strip()}")
    return trouble


def check(setting):
    """What is wrong with the blocks of the repository, and a report."""
    blocks = [block for page in read_pages(setting.root).values() for block in page.blocks]
    kinds = {}
    for block in blocks:
        kinds.setdefault(block.kind, []).append(block)
    trouble = check_kinds(blocks)
    trouble += check_json(kinds.get("json", []))
    trouble += check_python(setting, kinds.get("python", []))
    trouble += check_compiled(setting, kinds)
    trouble += check_cmake(setting, kinds)
    said, not_run = check_shell(setting, kinds, (TUTORIAL,))
    report = [f"{count:4} {kind}" for kind, count in sorted(Counter(b.kind for b in blocks).items())]
    report += ["not run:"]
    report += [f"  {block.place}: {block.note('not run')}" for block in not_run]
    return trouble + said, report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--cxx", default="g++")
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--include", action="append", default=[])
    given = parser.parse_args()
    given.scratch.mkdir(parents=True, exist_ok=True)
    setting = Setting(Path(__file__).resolve().parents[2], given.build.resolve(),
                      given.scratch.resolve(), given.cxx, given.cc, given.include)
    trouble, report = check(setting)
    print("\n".join(report))
    for line in trouble:
        print(line, file=sys.stderr)
    sys.exit(1 if trouble else 0)


if __name__ == "__main__":
    main()
