# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""Builds the documentation as a site: pages, then Doxygen over them and the headers.

usage: build_site.py OUT

The pages are those of the repository, written for GitHub; what Doxygen wants otherwise - names of
pages and headings, references in place of relative links - is made here. A link that leads nowhere
and a warning of Doxygen are errors.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from api_names import read_names
from markdown import CODE_SPAN, COMMENT, LINK, is_external, read_pages, resolve

ROOT = Path(__file__).resolve().parents[2]
MAIN = "docs/README.md"
# Tables of contents: what one of them links first is below it in the site's tree. Each page of docs/
# is in one; others that are not are apart, below "More".
INDEXES = ("docs/decisions/README.md", "docs/how-to/README.md", MAIN)
# What the page is called beside others.
TITLES = {"README.md": "Readme"}
# With fewer headings a page needs no list of them.
HEADINGS_FOR_CONTENTS = 4


def page_id(path):
    return "mainpage" if str(path) == MAIN else "page_" + re.sub(r"\W", "_", str(path)).lower()


def heading_id(path, name):
    return page_id(path) + "__" + re.sub(r"\W", "_", name)


class Site:
    def __init__(self, out):
        self.out = out
        self.pages = read_pages(ROOT)
        self.trouble = []
        self.names = {}
        self.owners = self.find_owners()

    def find_owners(self):
        owners = {MAIN: None}
        for index in INDEXES:
            for _, target in self.pages[index].links():
                path = None if is_external(target) else self.page_of(resolve(index, target)[0])
                if path and path not in owners and path != index:
                    owners[path] = index
        self.trouble += [f"{path}: no table of contents has it" for path in self.pages
                         if path not in owners and path.startswith("docs/")]
        return owners

    def page_of(self, path):
        """The page that stands for a path; nothing: it is no page."""
        readme = str(path / "README.md")
        if (ROOT / path).is_dir() and readme in self.pages:
            return readme
        return str(path) if str(path) in self.pages else None

    def build(self):
        for folder in ("pages", "html"):
            shutil.rmtree(self.out / folder, ignore_errors=True)
            (self.out / folder).mkdir(parents=True)
        self.names = self.read_api()
        for page in self.pages.values():
            (self.out / "pages" / (page_id(page.path) + ".md")).write_text(self.convert(page),
                                                                          encoding="utf-8")
        if not self.trouble:
            self.run_doxygen(f"""
OUTPUT_DIRECTORY = "{self.out}"
IMAGE_PATH = docs/diagrams
INPUT = "{self.out / 'pages'}" include
STRIP_FROM_PATH = "{self.out / 'pages'}" include
USE_MDFILE_AS_MAINPAGE = "{self.out / 'pages' / 'mainpage.md'}"
""")
        return self.trouble

    def read_api(self):
        """What the headers have, before any page is converted."""
        self.run_doxygen(f"""
OUTPUT_DIRECTORY = "{self.out}"
INPUT = include
GENERATE_HTML = NO
GENERATE_TAGFILE = "{self.out / 'api.tag'}"
""")
        return {} if self.trouble else read_names(self.out / "api.tag")

    def convert(self, page):
        lines = list(page.lines)
        headings = {at: (level, text, name) for at, level, text, name in page.headings}
        owned = {path for path, owner in self.owners.items() if owner == str(page.path)}
        for at, line in enumerate(lines):
            if page.is_code[at]:
                continue
            if COMMENT.match(line):
                lines[at] = ""
            elif at in headings:
                lines[at] = self.convert_heading(page, at == page.headings[0][0], *headings[at])
            else:
                lines[at] = self.convert_links(page, at, line, owned)
        return "\n".join(lines) + "\n"

    def convert_heading(self, page, is_first, level, text, name):
        if is_first:
            title = TITLES.get(str(page.path), text)
            is_long = len(page.headings) >= HEADINGS_FOR_CONTENTS and str(page.path) != MAIN
            contents = "\n\n[TOC]\n" if is_long else ""
            return f"# {title} {{#{page_id(page.path)}}}{contents}"
        if str(page.path) == MAIN:
            # Otherwise they stand among the pages in the site's tree.
            return f"<h{level}>{text}</h{level}>"
        return f"{'#' * level} {text} {{#{heading_id(page.path, name)}}}"

    def convert_links(self, page, at, line, owned):
        """`owned`: the pages that are below this one and not named yet."""
        in_links = [link.span() for link in LINK.finditer(line)]
        line = CODE_SPAN.sub(lambda span: self.convert_code(span, in_links), line)
        spans = [span.span() for span in CODE_SPAN.finditer(line)]

        def convert(link):
            if any(begin <= link.start() < end for begin, end in spans):
                return link.group()
            picture, text, target = link.groups()
            if is_external(target) or target in self.names.values():
                return link.group()
            found = self.target_of(page, target)
            if found is None:
                self.trouble.append(f"{page.path}:{at + 1}: {target} leads nowhere")
                return text
            if picture:
                return f"![{text}]({found})"
            below = self.page_of(resolve(page.path, target)[0])
            if below in owned:
                owned.remove(below)
                plain = text.replace("`", "")
                return f'@subpage {page_id(below)} "{plain}"'
            return f"[{text}]({found})"

        return LINK.sub(convert, line)

    def convert_code(self, span, in_links):
        code = span.group()
        if "'" in code:
            # A single backtick ends at an apostrophe, for Doxygen.
            return f"`{code}`"
        place = self.names.get(code.strip("`"))
        is_linked = any(begin <= span.start() < end for begin, end in in_links)
        return f"[{code}]({place})" if place and not is_linked else code

    def target_of(self, page, target):
        """What Doxygen calls it; nothing: there is no such thing."""
        path, anchor = resolve(page.path, target)
        other = self.page_of(path)
        if other:
            if not anchor:
                return "@ref " + page_id(other)
            is_there = anchor in self.pages[other].anchors
            return "@ref " + heading_id(other, anchor) if is_there else None
        if not (ROOT / path).exists():
            return None
        if path.parent == Path("docs/diagrams") and path.suffix == ".svg":
            return path.name
        return self.copy(path)

    def copy(self, path):
        """What is no page is shown as it is; of a folder, what is in it."""
        source = ROOT / path
        target = self.out / "html" / "files" / (str(path) + ".txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            target.write_text("".join(f"{entry.name}\n" for entry in sorted(source.iterdir())))
        else:
            shutil.copyfile(source, target)
        return f"files/{path}.txt"

    def run_doxygen(self, more):
        settings = (ROOT / "docs/site/Doxyfile").read_text(encoding="utf-8") + more
        ran = subprocess.run(["doxygen", "-"], input=settings, cwd=ROOT, capture_output=True,
                             text=True, check=False)
        said = (ran.stdout + ran.stderr).strip()
        if ran.returncode != 0 or said:
            self.trouble.append(said or f"doxygen ended with {ran.returncode}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: build_site.py OUT")
    trouble = Site(Path(sys.argv[1]).resolve()).build()
    for line in trouble:
        print(line, file=sys.stderr)
    sys.exit(1 if trouble else 0)


if __name__ == "__main__":
    main()
