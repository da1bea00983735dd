# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""Blocks of C++, C and CMake: compiled without making code, or configured.

A block is a whole program, or a piece of a file (`file: NAME`, the pieces of a page make it up), or
a fragment that stands in a context (`in: NAME`, tests/docs/contexts/NAME.cc.in, .c.in or .cmake.in,
where @FRAGMENT@ is). All fragments of C++ are one translation unit, each in a namespace of its own, but
for those whose context says `// Alone.`.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor

from findings import run

FRAGMENT = "@FRAGMENT@"
ALONE = "// Alone."
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wno-unused", "-Wno-missing-field-initializers"]
SECONDS = 120


def lined(block):
    """Its text, so that a compiler names the page."""
    return f'#line {block.line + 1} "{block.page.path}"\n{block.text}'


class Files:
    """What the pieces of all pages make up."""

    def __init__(self, blocks):
        self.parts = {}
        for block in blocks:
            name = block.note("file")
            if name:
                self.parts.setdefault((str(block.page.path), name), []).append(block)

    def text(self, page, name, is_lined=False):
        return "".join(lined(block) if is_lined else block.text
                       for block in self.parts[(page, name)])

    def of_page(self, page):
        return {name: self.text(page, name) for owner, name in self.parts if owner == page}


def context_of(setting, block, extension):
    """(the context's text, nothing) or (nothing, what is wrong)."""
    name = block.note("in")
    if not name:
        return None, f"{block.place}: no program, and no context is named"
    path = setting.contexts / f"{name}{extension}.in"
    if not path.is_file():
        return None, f"{block.place}: there is no context {path.relative_to(setting.root)}"
    return path.read_text(encoding="utf-8"), None


def is_program(block):
    return "int main(" in block.text


def compile_text(setting, compiler, name, text):
    """What the compiler says; nothing: it is content."""
    source = setting.scratch / name
    source.write_text(text, encoding="utf-8")
    standard = "-std=c++20" if name.endswith(".cc") else "-std=gnu11"
    done = run([compiler, standard, "-fsyntax-only", *WARNINGS,
                *(f"-I{path}" for path in setting.include), str(source)], SECONDS)
    return done.stderr.strip() if done.returncode != 0 else None


def in_context(block, context):
    name = block.note("in")
    end = f'\n#line 1 "context {name}, behind {block.place}"\n'
    return context.replace(FRAGMENT, lined(block) + end)


def fragment_units(setting, fragments):
    """name -> text of translation units, and what is wrong."""
    includes, bodies, units, trouble = [], [], {}, []
    for number, block in enumerate(fragments):
        context, wrong = context_of(setting, block, ".cc")
        if wrong:
            trouble.append(wrong)
            continue
        if ALONE in context:
            units[f"fragment-{number}.cc"] = in_context(block, context)
            continue
        lines = context.splitlines()
        includes += [line for line in lines if line.startswith("#include") and line not in includes]
        body = "\n".join("" if line.startswith("#include") else line for line in lines)
        bodies.append(f'namespace fragment_{number} {{\n#line 1 "context {block.note("in")}"\n'
                      + in_context(block, body) + "\n}\n")
    if bodies:
        units["fragments.cc"] = "\n".join(includes + bodies)
    return units, trouble


def cpp_units(setting, blocks, files):
    """name -> text of each translation unit, and what is wrong."""
    units, fragments = {}, []
    for (page, name), parts in files.parts.items():
        if name.endswith(".cc"):
            units[f"file-{len(units)}.cc"] = files.text(page, name, is_lined=True)
    for block in blocks:
        if block.note("file"):
            continue
        if is_program(block):
            units[f"program-{len(units)}.cc"] = lined(block)
        else:
            fragments.append(block)
    more, trouble = fragment_units(setting, fragments)
    return units | more, trouble


def c_units(setting, blocks, files):
    units, trouble = {}, []
    for (page, name), parts in files.parts.items():
        if name.endswith(".c"):
            units[f"file-{len(units)}.c"] = files.text(page, name, is_lined=True)
    for block in blocks:
        if block.note("file"):
            continue
        text = lined(block)
        if not is_program(block):
            context, wrong = context_of(setting, block, ".c")
            if wrong:
                trouble.append(wrong)
                continue
            text = context.replace(FRAGMENT, text)
        units[f"unit-{len(units)}.c"] = text
    return units, trouble


def check_compiled(setting, kinds):
    """What is wrong with the blocks of C and C++."""
    files = Files([block for blocks in kinds.values() for block in blocks])
    cpp, cpp_trouble = cpp_units(setting, kinds.get("cpp", []), files)
    c, c_trouble = c_units(setting, kinds.get("c", []), files)
    jobs = [(setting.cxx, name, text) for name, text in cpp.items()]
    jobs += [(setting.cc, name, text) for name, text in c.items()]
    with ThreadPoolExecutor(setting.jobs) as pool:
        said = pool.map(lambda job: compile_text(setting, *job), jobs)
        return cpp_trouble + c_trouble + [words for words in said if words]


def configure(setting, folder, text):
    """`buoyant` beside the project, and what find_package finds, is what was built already. What CMake
    says; nothing: content."""
    (folder / "CMakeLists.txt").write_text(text, encoding="utf-8")
    for name in ("counter.cc", "server.cc", "main.c"):
        if not (folder / name).exists():
            (folder / name).write_text("int main(void) { return 0; }\n", encoding="utf-8")
    done = run(["cmake", "-S", str(folder), "-B", str(folder / "build"), "-G", "Ninja",
                "-DCMAKE_CXX_COMPILER_WORKS=1", "-DCMAKE_C_COMPILER_WORKS=1",
                f"-Dbuoyant_DIR={folder.parent / 'buoyant'}"], SECONDS)
    return (done.stdout + done.stderr).strip() if done.returncode != 0 else None


def check_cmake(setting, kinds):
    """Every block of CMake, each in a project of its own."""
    trouble = []
    for number, block in enumerate(kinds.get("cmake", [])):
        text = block.text
        if "project(" not in text:
            context, wrong = context_of(setting, block, ".cmake")
            if wrong:
                trouble.append(wrong)
                continue
            text = context.replace(FRAGMENT, text)
        place = setting.fresh(f"cmake-{number}")
        shutil.copytree(setting.build / "tests/docs/buoyant", place / "buoyant")
        (place / "server").mkdir()
        said = configure(setting, place / "server", text)
        if said:
            trouble.append(f"{block.place}: {said}")
    return trouble
