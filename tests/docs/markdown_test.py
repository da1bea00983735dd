# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

from planted import PlantedTest

from markdown import Page, resolve, slug


class MarkdownTest(PlantedTest):
    def page(self, text):
        self.write("docs/page.md", text)
        return Page(self.root, "docs/page.md")

    def test_a_block_has_its_kind_its_lines_and_the_notes_before_it(self):
        page = self.page("""\
            Words.

            <!-- in: node -->
            <!-- other -->
            ```cpp
            int a;

            int b;
            ```
            """)

        self.assertEqual(len(page.blocks), 1)
        block = page.blocks[0]
        self.assertEqual((block.kind, block.lines), ("cpp", ["int a;", "", "int b;"]))
        self.assertEqual((block.note("in"), block.note("file")), ("node", None))
        self.assertEqual(block.place, "docs/page.md:5")

    def test_a_block_in_a_list_loses_its_indent(self):
        page = self.page("1. First\n\n   ```sh\n   true\n   ```\n")

        self.assertEqual(page.blocks[0].lines, ["true"])

    def test_headings_have_the_ids_of_github(self):
        page = self.page("# One: two, `three`\n\n## A (b)\n\n## A (b)\n\n```sh\n# no heading\n```\n")

        self.assertEqual(page.anchors, {"one-two-three", "a-b", "a-b-1"})
        self.assertEqual(slug("8. Limits"), "8-limits")

    def test_links_in_code_are_none(self):
        page = self.page("[a](b.md) `[c](d.md)` ![e](f.svg)\n\n```text\n[g](h.md)\n```\n")

        self.assertEqual([target for _, target in page.links()], ["b.md", "f.svg"])

    def test_targets_are_of_the_repository(self):
        self.assertEqual(tuple(map(str, resolve("docs/how-to/a.md", "../B.md#c"))), ("docs/B.md", "c"))
        self.assertEqual(tuple(map(str, resolve("docs/a.md", "#c"))), ("docs/a.md", "c"))
