# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# Writes TARGET: C++ with the parts of the page that lie in SOURCE. Each file is a literal of its
# own, since compilers need not take more than 65536 characters.

# literal(name): the file as a raw literal, in the variable `name`.
function(literal name file)
  file(READ ${SOURCE}/${file} text)
  string(LENGTH "${text}" length)
  string(FIND "${text}" ")page\"" end)
  if(length GREATER 60000 OR NOT end EQUAL -1)
    message(FATAL_ERROR "${file} does not fit into a literal")
  endif()
  set(${name} "R\"page(${text})page\"" PARENT_SCOPE)
endfunction()

literal(template page.html)
literal(style page.css)
set(scripts "")
foreach(file ${SCRIPTS})
  literal(script ${file})
  string(APPEND scripts "    ${script},\n")
endforeach()

file(WRITE ${TARGET} "// Made by tools/sim/embed.cmake.

#include \"tools/sim/page.h\"

namespace buoyant::sim_tool {

namespace {

constexpr std::string_view kScripts[] = {
${scripts}};

}  // namespace

const std::string_view kPageTemplate = ${template};
const std::string_view kPageStyle = ${style};
const std::span<const std::string_view> kPageScripts = kScripts;

}  // namespace buoyant::sim_tool
")
