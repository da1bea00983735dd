# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""Draws the pictures of docs/diagrams from their sources.

usage: diagrams.py

The pictures are in the repository, so that pages can be read there. A picture names the checksum of
the source that it was drawn from: versions of graphviz draw differently, so bytes are not compared.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

FOLDER = "docs/diagrams"
ROOT = Path(__file__).resolve().parents[2]


def mark(source):
    return f"<!-- of {source.name}, {hashlib.sha256(source.read_bytes()).hexdigest()} -->"


def sources(root):
    return sorted((root / FOLDER).glob("*.dot"))


def stale(root):
    """What is wrong with the pictures."""
    trouble = []
    for source in sources(root):
        picture = source.with_suffix(".svg")
        if not picture.is_file() or mark(source) not in picture.read_text(encoding="utf-8"):
            trouble.append(f"{source.relative_to(root)}: its picture is older; ./dev docs draws it")
    for picture in sorted((root / FOLDER).glob("*.svg")):
        if not picture.with_suffix(".dot").is_file():
            trouble.append(f"{picture.relative_to(root)}: it has no source")
    return trouble


def draw(source):
    """Draws it beside its source. What is wrong; nothing: it was drawn."""
    drawn = subprocess.run(["dot", "-Tsvg", str(source)], capture_output=True, text=True,
                           check=False)
    if drawn.returncode != 0 or drawn.stderr:
        return f"{source}: {drawn.stderr.strip()}"
    source.with_suffix(".svg").write_text(drawn.stdout + mark(source) + "\n", encoding="utf-8")
    return None


def main():
    outdated = {Path(line.split(":")[0]) for line in stale(ROOT)}
    trouble = [draw(source) for source in sources(ROOT) if source.relative_to(ROOT) in outdated]
    for line in filter(None, trouble):
        print(line, file=sys.stderr)
    sys.exit(1 if any(trouble) else 0)


if __name__ == "__main__":
    main()
