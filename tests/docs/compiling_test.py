# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

from blocks import check_json, check_kinds, check_python
from compiling import check_cmake, check_compiled
from planted import PlantedTest


class CompilingTest(PlantedTest):
    def test_a_block_needs_a_kind_that_is_known(self):
        kinds = self.kinds("```\na\n```\n\n```ruby\nb\n```\n\n```text\nc\n```\n")

        trouble = check_kinds([block for blocks in kinds.values() for block in blocks])

        self.assertEqual(len(trouble), 2)
        self.assertIn("docs/page.md:1", trouble[0])

    def test_a_program_that_does_not_compile_is_named_with_its_line(self):
        kinds = self.kinds("```cpp\nint main() {\n  return missing;\n}\n```\n")

        self.expect_one(check_compiled(self.setting, kinds), "docs/page.md:3")

    def test_a_fragment_needs_a_context(self):
        kinds = self.kinds("```cpp\nint a = 1;\n```\n")

        self.expect_one(check_compiled(self.setting, kinds), "no context is named")

    def test_a_context_must_be_there(self):
        kinds = self.kinds("<!-- in: nowhere -->\n```cpp\nint a = 1;\n```\n")

        self.expect_one(check_compiled(self.setting, kinds), "there is no context")

    def test_a_fragment_is_compiled_in_its_context(self):
        self.write("tests/docs/contexts/body.cc.in", "void use(int given) {\n@FRAGMENT@\n}\n")
        good = self.kinds("<!-- in: body -->\n```cpp\nint a = given;\n```\n" * 2)
        self.assertEqual(check_compiled(self.setting, good), [])

        bad = self.kinds("<!-- in: body -->\n```cpp\nint a = given;\nint b = taken;\n```\n")
        self.expect_one(check_compiled(self.setting, bad), "docs/page.md:4")

    def test_pieces_of_a_file_are_one_program(self):
        first = "<!-- file: a.cc -->\n```cpp\nint answer() { return 42; }\n```\n"
        good = self.kinds(first + "<!-- file: a.cc -->\n```cpp\nint main() { return answer(); }\n```\n")
        self.assertEqual(check_compiled(self.setting, good), [])

        bad = self.kinds(first + "<!-- file: b.cc -->\n```cpp\nint main() { return answer(); }\n```\n")
        self.expect_one(check_compiled(self.setting, bad), "answer")

    def test_c_is_compiled_as_c(self):
        kinds = self.kinds("```c\nint main(void) { int class = 0; return class; }\n```\n")
        self.assertEqual(check_compiled(self.setting, kinds), [])

        kinds = self.kinds("```c\nint main(void) { return missing; }\n```\n")
        self.expect_one(check_compiled(self.setting, kinds), "docs/page.md:2")

    def test_cmake_is_configured(self):
        stub = self.build / "tests/docs/buoyant"
        stub.mkdir(parents=True)
        (stub / "CMakeLists.txt").write_text("add_library(buoyant INTERFACE)\n")
        begin = "```cmake\ncmake_minimum_required(VERSION 3.25)\nproject(p NONE)\n"
        good = self.kinds(begin + "add_subdirectory(../buoyant buoyant)\n```\n")
        self.assertEqual(check_cmake(self.setting, good), [])

        bad = self.kinds(begin + "add_subdirectory(../nothing nothing)\n```\n")
        self.expect_one(check_cmake(self.setting, bad), "docs/page.md:1")

    def test_json_is_parsed_and_python_is_run(self):
        self.expect_one(check_json(self.kinds('```json\n{"a": }\n```\n')["json"]), "docs/page.md:1")
        blocks = self.kinds("```python\na = 1\n```\n\n```python\nassert a == 2\n```\n")["python"]
        self.expect_one(check_python(self.setting, blocks), "AssertionError")
