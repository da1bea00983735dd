# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# Writes the commit of SOURCE into the header TARGET, if it is another one than before: what a
# failed seed names, so that it can be repeated on the same sources.
execute_process(
  COMMAND git describe --always --dirty
  WORKING_DIRECTORY ${SOURCE}
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)
endif()
set(line "#define BUOYANT_COMMIT \"${commit}\"\n")
if(EXISTS ${TARGET})
  file(READ ${TARGET} before)
endif()
if(NOT line STREQUAL before)
  file(WRITE ${TARGET} "${line}")
endif()
