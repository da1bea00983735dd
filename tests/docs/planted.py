# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""A repository with planted mistakes, for the tests of the checks."""

import subprocess
import tempfile
import textwrap
import unittest
from pathlib import Path

from findings import Setting

from markdown import Page


class PlantedTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = Path(holder.name) / "repository"
        self.build = Path(holder.name) / "build"
        scratch = Path(holder.name) / "scratch"
        for folder in (self.root / "docs", self.build, scratch):
            folder.mkdir(parents=True)
        subprocess.run(["git", "init", "-q", str(self.root)], check=True)
        self.write("dev", "./dev test\n")
        self.setting = Setting(self.root, self.build, scratch)

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")
        return target

    def program(self, name, help_text):
        path = self.build / "examples" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{help_text}'\n", encoding="utf-8")
        path.chmod(0o755)

    def kinds(self, text):
        """The blocks of a page, by kind."""
        self.write("docs/page.md", text)
        kinds = {}
        for block in Page(self.root, "docs/page.md").blocks:
            kinds.setdefault(block.kind, []).append(block)
        return kinds

    def expect_one(self, trouble, words):
        self.assertEqual(len(trouble), 1, trouble)
        self.assertIn(words, trouble[0])
