# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

import unittest.mock

from planted import PlantedTest

import api_names
import build_site


class BuildSiteTest(PlantedTest):
    def setUp(self):
        super().setUp()
        patch = unittest.mock.patch.object(build_site, "ROOT", self.root)
        patch.start()
        self.addCleanup(patch.stop)
        self.write("docs/how-to/README.md", "# How to\n")
        self.write("docs/decisions/README.md", "# Decisions\n")

    def site(self, main, **pages):
        self.write("docs/README.md", "# Main\n\n[How to](how-to) [Decisions](decisions)\n" + main)
        for name, text in pages.items():
            self.write(f"docs/{name}.md", text)
        return build_site.Site(self.setting.scratch)

    def convert(self, site, name):
        return site.convert(site.pages[f"docs/{name}.md"])

    def test_the_table_of_contents_has_its_pages_below_it_once(self):
        site = self.site("\n[The a](a.md), again [a](a.md)\n", a="# A\n")

        self.assertIn('@subpage page_docs_a_md "The a", again [a](@ref page_docs_a_md)',
                      self.convert(site, "README"))
        self.assertEqual(site.trouble, [])

    def test_a_page_that_is_in_no_table_of_contents_is_found(self):
        self.write("tests/README.md", "# Elsewhere\n")

        self.expect_one(self.site("", a="# A\n").trouble, "docs/a.md: no table of contents has it")

    def test_links_to_headings_are_references(self):
        site = self.site("[A](a.md)\n", a="# A\n\n## One two\n\n[there](#one-two)\n")

        page = self.convert(site, "a")

        self.assertIn("# A {#page_docs_a_md}", page)
        self.assertIn("## One two {#page_docs_a_md__one_two}", page)
        self.assertIn("[there](@ref page_docs_a_md__one_two)", page)

    def test_a_link_that_leads_nowhere_is_found(self):
        site = self.site("[A](a.md)\n", a="# A\n\n[b](b.md) [c](#c)\n")

        self.convert(site, "a")

        self.assertEqual(site.trouble, ["docs/a.md:3: b.md leads nowhere", "docs/a.md:3: #c leads nowhere"])

    def test_what_is_no_page_is_copied(self):
        self.write("src/a.cc", "int a;\n")
        site = self.site("[A](a.md)\n", a="# A\n\n[a](../src/a.cc)\n")

        self.assertIn("[a](files/src/a.cc.txt)", self.convert(site, "a"))
        copy = self.setting.scratch / "html/files/src/a.cc.txt"
        self.assertEqual(copy.read_text(), "int a;\n")

    def test_code_stays_as_it_is(self):
        text = "`[a](b.md)`\n\n```text\n# [a](b.md)\n<!-- a -->\n```\n"
        site = self.site("[A](a.md)\n", a="# A\n\n" + text)

        self.assertIn(text, self.convert(site, "a"))

    def test_comments_go_and_apostrophes_do_not_end_code(self):
        site = self.site("[A](a.md)\n", a="# A\n\n<!-- in: node -->\n`Error('a')`\n")

        page = self.convert(site, "a")

        self.assertNotIn("<!--", page)
        self.assertIn("``Error('a')``", page)

    def test_names_of_the_api_lead_to_the_reference(self):
        site = self.site("[A](a.md)\n", a="# A\n\n`Node::propose`, `nothing`, [of `Node::propose`](a.md)\n")
        site.names = {"Node::propose": "classNode.html#a1"}

        self.assertIn("[`Node::propose`](classNode.html#a1), `nothing`, [of `Node::propose`](@ref page_docs_a_md)",
                      self.convert(site, "a"))

    def test_names_are_read_from_the_tags_of_the_headers(self):
        def compound(name, member):
            return (f"<compound kind='class'><name>{name}</name><filename>{name[-4:]}.html</filename>"
                    f"<member><name>{member}</name><anchorfile>{name[-4:]}.html</anchorfile>"
                    "<anchor>a1</anchor></member></compound>")

        tags = self.write("api.tag", "<tagfile>" + compound("buoyant::Node", "read")
                          + compound("buoyant::port::Disk", "sync") + compound("other::Disk", "sync")
                          + "</tagfile>")

        names = api_names.read_names(tags)

        self.assertEqual(names["Node::read"], "Node.html#a1")
        self.assertEqual((names["Disk"], names["port::Disk"]), ("Disk.html", "Disk.html"))
        self.assertNotIn("sync", names)
