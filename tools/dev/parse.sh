# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# Having a compiler read every source file without making code of it: it warns as in a build, and
# finds what a file should include and does not, in less than half the time. The files of a test
# binary, and of a benchmark, are read together.

# parse_commands FOLDER: from its compilation database, one shell command for each source file
# that is not made there, or only to put others together, each on a line.
parse_commands() {
  awk -v made="$PWD/$1/" '
    function text(line) {
      sub(/^ *"[a-z]*": "/, "", line)
      sub(/",?$/, "", line)
      gsub(/\\"/, "\"", line)
      gsub(/\\\\/, "\\", line)
      return line
    }
    /^ *"command": / { command = text($0) }
    /^ *"file": / {
      if (index(text($0), made) != 1 || $0 ~ /\/Unity\//) print command " -fsyntax-only"
    }
  ' "$1/compile_commands.json"
}

# unparsed FOLDER: files that its compilation database should have and has not, alone or as a
# part of another. What is in bench/peers needs packages that are not asked for.
unparsed() {
  local alone parts
  alone=$(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$1/compile_commands.json")
  parts=$(grep /Unity/ <<<"$alone" | xargs -r -d '\n' sed -n 's/^#include "\(.*\)"$/\1/p')
  comm -23 <(git ls-files -- '*.cc' ':!bench/peers' | sed "s|^|$PWD/|" | sort) \
    <(printf '%s\n' "$alone" "$parts" | sort)
}

# parse PRESET: reads all files; shows what is wrong with them. True: nothing is, in as many
# files as `parsed` says.
parse() {
  local folder=build/$1 commands missing
  parsed=0
  # The precompiled header pays here in spite of ccache, which remembers nothing of this.
  configure "$1" -DBUOYANT_PRECOMPILE=ON && build_quietly "$1" buoyant_generated || return 1
  commands=$(parse_commands "$folder")
  missing=$(unparsed "$folder")
  if [ -z "$commands" ] || [ -n "$missing" ]; then
    printf 'not in the compilation database: %s\n' "${missing:-all}" >&2
    return 1
  fi
  parsed=$(wc -l <<<"$commands")
  (cd "$folder" && xargs -d '\n' -n 1 -P "$jobs" sh -c '
    said=$(eval "$1" 2>&1) && [ -z "$said" ] && exit
    printf "%s\n" "$said"
    exit 1' parse) <<<"$commands" >&2
}
