# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev docs: the pages of the repository and the headers' documentation as a site.

dev_docs() {
  [ $# -eq 0 ] || fail "usage: ./dev docs"
  need_packages docs
  python3 -B tools/docs/diagrams.py || fail "a picture cannot be drawn"
  python3 -B tools/docs/build_site.py build/docs || fail "the documentation is not in order"
  say "build/docs/html/index.html"
}
