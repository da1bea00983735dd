# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""Checks that every relative link of every page leads somewhere, to a heading too, and that the
pictures are those of their sources.

usage: links.py
"""

import sys
from pathlib import Path

from findings import Setting  # Finds tools/docs.

from diagrams import stale
from markdown import is_external, read_pages, resolve

ROOT = Path(__file__).resolve().parents[2]


def check_links(root):
    pages = read_pages(root)
    trouble = []
    for page in pages.values():
        trouble += [f"{page.path}:{line}: a link that does not begin and end on this line"
                    for line in page.broken_links()]
        for line, target in page.links():
            if is_external(target):
                continue
            path, anchor = resolve(page.path, target)
            if not (root / path).exists():
                trouble.append(f"{page.path}:{line}: {target} leads nowhere")
            elif anchor and anchor not in getattr(pages.get(str(path)), "anchors", ()):
                trouble.append(f"{page.path}:{line}: {target}: no such heading")
    return trouble


def main():
    trouble = check_links(ROOT) + stale(ROOT)
    for line in trouble:
        print(line, file=sys.stderr)
    sys.exit(1 if trouble else 0)


if __name__ == "__main__":
    main()
