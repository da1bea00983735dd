# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""What the checks of the documentation share: where things are, and what they found."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools/docs"))


@dataclass
class Setting:
    """`root` is the repository, `build` a build tree with its programs, `scratch` may be filled."""

    root: Path
    build: Path
    scratch: Path
    cxx: str = "g++"
    cc: str = "gcc"
    include: list = field(default_factory=list)

    @property
    def contexts(self):
        return self.root / "tests/docs/contexts"

    @property
    def jobs(self):
        return os.cpu_count() or 1

    def programs(self):
        """The programs of the build tree, by name."""
        found = {}
        for folder in ("examples", "tools"):
            for path in (self.build / folder).rglob("buoyant-*"):
                if path.is_file() and os.access(path, os.X_OK):
                    found[path.name] = path
        return found

    def fresh(self, name):
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def run(command, seconds, **options):
    """Runs it to its end; after `seconds` it is killed, which counts as failed."""
    try:
        return subprocess.run(command, timeout=seconds, capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, **options)
    except subprocess.TimeoutExpired as late:
        said = late.stderr or b""
        text = said.decode(errors="replace") if isinstance(said, bytes) else said
        return subprocess.CompletedProcess(command, 124, "", f"not over in {seconds} s\n{text}")
