# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

import shell
from planted import PlantedTest


class ShellTest(PlantedTest):
    def check(self, text, elsewhere=()):
        return shell.check_shell(self.setting, self.kinds(text), elsewhere)

    def test_blocks_of_a_page_are_run_one_after_another(self):
        trouble, _ = self.check("```sh\nx=1\nmkdir a\n```\n\n```sh\ntest $x = 1\ncd a\n```\n")

        self.assertEqual(trouble, [])

    def test_a_command_that_fails_is_found_with_its_block(self):
        trouble, _ = self.check("```sh\ntrue\n```\n\n```sh\nfalse\n```\n")

        self.expect_one(trouble, "docs/page.md:5")

    def test_a_page_that_is_tested_elsewhere_is_not_run(self):
        trouble, _ = self.check("```sh\nfalse\n```\n", ("docs/page.md",))

        self.assertEqual(trouble, [])

    def test_what_is_not_run_is_listed_and_has_a_reason(self):
        trouble, not_run = self.check("<!-- not run: it waits -->\n```sh\nfalse\n```\n")
        self.assertEqual((trouble, len(not_run)), ([], 1))

        trouble, _ = self.check("<!-- not run: -->\n```sh\nfalse\n```\n")
        self.expect_one(trouble, "no reason")

    def test_not_too_many_are_not_run(self):
        text = "<!-- not run: it waits -->\n```sh\nfalse\n```\n\n" * (shell.NOT_RUN_MAX + 1)

        self.expect_one(self.check(text)[0], "blocks are not run")

    def test_options_that_a_program_does_not_have_are_found(self):
        self.program("buoyant-x", "--good N  what is good")
        note = "<!-- not run: it waits -->\n"
        self.assertEqual(self.check(note + "```sh\nbuoyant-x --good 1 \\\n  && true\n```\n")[0], [])

        self.expect_one(self.check(note + "```sh\nbuoyant-x \\\n  --bad 1\n```\n")[0], "--bad")
        self.expect_one(self.check(note + "```sh\nbuoyant-x --goo\n```\n")[0], "--goo")
        self.expect_one(self.check("```console\n$ buoyant-x --bad\nprinted --this\n```\n")[0], "--bad")

    def test_programs_and_commands_of_dev_exist(self):
        note = "<!-- not run: it waits -->\n"
        self.expect_one(self.check(note + "```sh\nbuoyant-nothing\n```\n")[0], "no program")
        self.expect_one(self.check(note + "```sh\n./dev fly\n```\n")[0], "no command fly")
        self.assertEqual(self.check(note + "```sh\n./dev test --quick   # words\n```\n")[0], [])

    def test_system_paths_are_of_the_pages_folder(self):
        trouble, _ = self.check("```sh\ntouch /var/lib/buoyant-planted\n```\n")

        self.assertEqual(trouble, [])
        self.assertFalse(shell.os.path.exists("/var/lib/buoyant-planted"))

    def test_what_is_started_ends_with_the_page(self):
        trouble, _ = self.check("```sh\nsleep 1000 &\necho $! >pid\n```\n")

        self.assertEqual(trouble, [])
        pid = (self.setting.scratch / "sh-0/pid").read_text().strip()
        self.assertFalse(shell.os.path.exists(f"/proc/{pid}"))

    def test_ports_are_free_ones(self):
        text = "<!-- ports: 700 637 -->\n```sh\necho 127.0.0.1:700$i -p 6371 7001 127.0.0.1 7003 >out\n```\n"
        trouble, _ = self.check("```sh\ni=2\n```\n\n" + text)

        self.assertEqual(trouble, [])
        said = (self.setting.scratch / "sh-0/out").read_text().split()
        self.assertEqual((len(said[0]), len(said[2]), said[3]), (len("127.0.0.1:12342"), 5, "7001"))
        self.assertNotEqual(said[0][10:14], said[2][:4])
        self.assertEqual(said[5], said[0][10:14] + "3")

    def test_a_page_that_needs_what_is_not_there_is_listed(self):
        trouble, not_run = self.check("<!-- needs: no-such-program -->\n```sh\nfalse\n```\n")

        self.assertEqual((trouble, len(not_run)), ([], 1))
