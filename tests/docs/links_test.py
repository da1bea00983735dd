# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

from links import check_links
from planted import PlantedTest

from diagrams import mark, stale


class LinksTest(PlantedTest):
    def test_a_link_that_leads_nowhere_is_found(self):
        self.write("docs/page.md", "# A\n\n[b](b.md)\n")

        self.expect_one(check_links(self.root), "docs/page.md:3: b.md leads nowhere")

    def test_a_heading_that_is_not_there_is_found(self):
        self.write("docs/b.md", "# B\n\n## There\n")
        self.write("docs/page.md", "# A\n\n[b](b.md#there) [c](b.md#nowhere) [d](#a)\n")

        self.expect_one(check_links(self.root), "b.md#nowhere: no such heading")

    def test_a_link_on_two_lines_is_found(self):
        self.write("docs/page.md", "# A\n\n[two\nlines](nothing.md)\n")

        self.expect_one(check_links(self.root), "docs/page.md:4: a link that does not begin")

    def test_addresses_elsewhere_are_not_followed(self):
        self.write("docs/page.md", "[a](https://example.org/nothing)\n")

        self.assertEqual(check_links(self.root), [])

    def test_a_picture_that_is_older_than_its_source_is_found(self):
        source = self.write("docs/diagrams/a.dot", "digraph { a }\n")
        picture = self.write("docs/diagrams/a.svg", "<svg/>" + mark(source))
        self.assertEqual(stale(self.root), [])

        self.write("docs/diagrams/a.dot", "digraph { b }\n")
        self.expect_one(stale(self.root), "its picture is older")

        picture.unlink()
        source.unlink()
        self.write("docs/diagrams/b.svg", "<svg/>")
        self.expect_one(stale(self.root), "it has no source")
