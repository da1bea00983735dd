# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""Blocks of commands. Those of a page are run one after another, as one script in a folder of its
own; what cannot be run says why (`not run: REASON`). Whether it is run or not: the programs of this
project that it names exist, and have the options that it gives them.
"""

import os
import re
import shlex
import shutil

import ports
from findings import run

SECONDS = 60
# Whoever adds one has to find this number, and think.
NOT_RUN_MAX = 30
# Written by hand; what stands for them while the page is run lies in its folder.
SYSTEM_PATHS = ("/var/lib/", "/etc/", "/tmp/")
# What is started in the background ends with the page; an error that redis-cli prints is a failure.
PRELUDE = """set -euo pipefail
trap 'status=$?; set +e; jobs -p | xargs -r kill; wait; exit $status' EXIT
trap 'echo "$block: a command failed" >&2' ERR
redis-cli() { command redis-cli -e "$@"; }
"""


def commands(lines):
    """Simple commands as lists of words."""
    text = re.sub(r"\\\n", " ", "\n".join(lines))
    for line in text.splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        words = []
        for word in lexer:
            if word and set(word) <= set("|&;"):
                yield words
                words = []
            else:
                words.append(word)
        yield words


class Programs:
    """Those of this project, and what their help says."""

    def __init__(self, setting):
        self.paths = setting.programs()
        self.dev = (setting.root / "dev").read_text(encoding="utf-8")
        self.helps = {}

    def help(self, name, subcommand):
        key = (name, subcommand)
        if key not in self.helps:
            said = run([str(self.paths[name]), *([subcommand] if subcommand else []), "--help"], 10)
            self.helps[key] = said.stdout + said.stderr
        return self.helps[key]

    def wrong(self, words):
        """What is wrong with a command; nothing: it is right, or none of ours."""
        while words and (words[0] in ("sudo", "exec") or "=" in words[0]):
            words = words[1:]
        if not words:
            return None
        name = words[0].rsplit("/", 1)[-1]
        if words[0] == "./dev" and len(words) > 1:
            return None if f"./dev {words[1]}" in self.dev else f"./dev has no command {words[1]}"
        if not name.startswith("buoyant-"):
            return None
        if name not in self.paths:
            return f"there is no program {name}"
        subcommand = words[1] if len(words) > 1 and re.match(r"[a-z-]+$", words[1]) else None
        if subcommand and subcommand.startswith("-"):
            subcommand = None
        known = self.help(name, subcommand) + self.help(name, None)
        for word in words[1:]:
            option = re.match(r"--[a-z][a-z0-9-]*", word)
            if option and not re.search(re.escape(option.group()) + r"(?![a-z0-9-])", known):
                return f"{name} has no option {option.group()}"
        return None


def check_named_programs(setting, blocks):
    programs = Programs(setting)
    trouble = []
    for block in blocks:
        lines = block.lines
        if block.kind == "console":
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        try:
            found = [programs.wrong(words) for words in commands(lines)]
        except ValueError as odd:
            found = [f"no commands: {odd}"]
        trouble += [f"{block.place}: {wrong}" for wrong in found if wrong]
    return trouble


def with_free_ports(text, blocks):
    """`ports: PREFIX...` names the beginnings of ports on the page, in place of which free ones are."""
    for block in blocks:
        for prefix in (block.note("ports") or "").split():
            free = ports.OWN.prefix()
            text = re.sub(rf"(:|-p |127\.0\.0\.1 ){prefix}(?=[\d$])", rf"\g<1>{free}", text)
    return text


def missing_program(block):
    """What `needs: PROGRAM...` names and is not there; nothing: all is."""
    return next((name for name in (block.note("needs") or "").split() if not shutil.which(name)), None)


def run_page(setting, number, blocks):
    """Runs the blocks of a page. What is wrong; nothing: all ended well."""
    folder = setting.fresh(f"sh-{number}")
    script = ""
    for block in blocks:
        text = re.sub("|".join(SYSTEM_PATHS), lambda path: f"{folder}{path.group()}", block.text)
        script += f"block={shlex.quote(block.place)}\n{text}"
    script = PRELUDE + with_free_ports(script, blocks)
    for path in SYSTEM_PATHS:
        (folder / path.strip("/")).mkdir(parents=True)
    folders = {str(path.parent) for path in setting.programs().values()}
    environment = dict(os.environ, HOME=str(folder),
                       PATH=os.pathsep.join([*sorted(folders), os.environ["PATH"]]))
    done = run(["bash", "-c", script], SECONDS, cwd=folder, env=environment)
    if done.returncode == 0:
        return None
    return f"{blocks[0].page.path}: ended with {done.returncode}\n{done.stderr.strip()}"


def check_shell(setting, kinds, elsewhere):
    """(what is wrong, the blocks that are not run). `elsewhere`: pages with a test of their own."""
    blocks = kinds.get("sh", [])
    trouble = check_named_programs(setting, blocks + kinds.get("console", []))
    not_run = [block for block in blocks if block.note("not run") is not None]
    for block in blocks:
        program = missing_program(block)
        if program:
            block.notes.append(f"not run: {program} is not installed")
            not_run.append(block)
    trouble += [f"{block.place}: no reason is given" for block in not_run if not block.note("not run")]
    if len(not_run) > NOT_RUN_MAX:
        trouble.append(f"{len(not_run)} blocks are not run; at most {NOT_RUN_MAX} may")
    pages = {}
    for block in blocks:
        if block not in not_run and str(block.page.path) not in elsewhere:
            pages.setdefault(str(block.page.path), []).append(block)
    ran = [run_page(setting, number, of_page) for number, of_page in enumerate(pages.values())]
    return trouble + [said for said in ran if said], not_run
