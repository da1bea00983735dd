# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""A page of Markdown, as the site and the tests of the documentation see it.

What GitHub makes of a page decides: the ids of headings are GitHub's, and a comment directly before
a code block says what the block is for (docs/WRITING.md).
"""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})\s*(\S*)")
COMMENT = re.compile(r"^\s*<!--\s*(.*?)\s*-->\s*$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
CODE_SPAN = re.compile(r"(`+).+?\1")


@dataclass
class Block:
    """A code block. `notes` are the comments directly before it."""

    page: "Page"
    line: int
    kind: str
    lines: list
    notes: list = field(default_factory=list)

    def note(self, key):
        """What follows `key:` in a note; nothing: there is no such note."""
        for note in self.notes:
            if note.startswith(key + ":"):
                return note[len(key) + 1 :].strip()
        return None

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)

    @property
    def place(self):
        return f"{self.page.path}:{self.line}"


def slug(text):
    """GitHub's id of a heading."""
    text = LINK.sub(lambda link: link.group(2), text).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


class Page:
    """`path` is relative to the repository, `root` is where that lies."""

    def __init__(self, root, path):
        self.path = Path(path)
        self.lines = (Path(root) / path).read_text(encoding="utf-8").splitlines()
        self.blocks = []
        self.is_code = [False] * len(self.lines)
        self._find_blocks()
        self.headings = list(self._find_headings())

    def _find_blocks(self):
        at = 0
        while at < len(self.lines):
            opening = FENCE.match(self.lines[at])
            if not opening:
                at += 1
                continue
            indent, fence, kind = opening.groups()
            end = at + 1
            while end < len(self.lines) and self.lines[end].strip() != fence:
                end += 1
            body = [line[len(indent) :] if line.startswith(indent) else line.lstrip()
                    for line in self.lines[at + 1 : end]]
            self.blocks.append(Block(self, at + 1, kind, body, self._notes_before(at)))
            for line in range(at, min(end + 1, len(self.lines))):
                self.is_code[line] = True
            at = end + 1

    def _notes_before(self, at):
        notes = []
        while at > 0 and (comment := COMMENT.match(self.lines[at - 1])):
            notes.insert(0, comment.group(1))
            at -= 1
        return notes

    def _find_headings(self):
        seen = {}
        for at, line in enumerate(self.lines):
            heading = None if self.is_code[at] else HEADING.match(line)
            if heading:
                name = slug(heading.group(2))
                count = seen.get(name, 0)
                seen[name] = count + 1
                yield at, len(heading.group(1)), heading.group(2), name + (f"-{count}" if count else "")

    @property
    def anchors(self):
        return {name for _, _, _, name in self.headings}

    @property
    def title(self):
        return self.headings[0][2] if self.headings else self.path.stem

    def prose(self):
        """(line number, line) outside of code blocks; code in a line is blotted out."""
        for at, line in enumerate(self.lines):
            if not self.is_code[at]:
                yield at + 1, CODE_SPAN.sub(lambda span: "x" * len(span.group()), line)

    def links(self):
        """(line number, target) of every link and picture."""
        for number, line in self.prose():
            for link in LINK.finditer(line):
                yield number, link.group(3)

    def broken_links(self):
        """Line numbers of links that begin on another line: nobody here looks at those."""
        return [number for number, line in self.prose()
                if line.count("](") != sum(1 for _ in LINK.finditer(line))]


def is_external(target):
    return re.match(r"[a-z][a-z0-9+.-]*:", target) is not None


def resolve(page_path, target):
    """The path in the repository and the anchor that a relative target means."""
    path, _, anchor = target.partition("#")
    if not path:
        return Path(page_path), anchor
    parts = []
    for part in (Path(page_path).parent / path).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return Path(*parts) if parts else Path("."), anchor


def page_paths(root):
    """Every Markdown file of the repository."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        check=True, capture_output=True, text=True).stdout.split()
    return sorted(path for path in listed if (Path(root) / path).is_file())


def read_pages(root):
    return {path: Page(root, path) for path in page_paths(root)}
