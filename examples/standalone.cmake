# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# The examples as a project of their own, against the buoyant that is installed:
#   cmake -B build examples && cmake --build build
# The other half of what cmake/buoyant.cmake gives them as a part of buoyant.

find_package(buoyant 0.1 REQUIRED COMPONENTS c port report sessions simulation standard uv)
find_package(PkgConfig REQUIRED)
set(BUOYANT_BUILD_TESTS ON)
set(BUOYANT_WITH_UV ON)

function(buoyant_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
endfunction()

function(buoyant_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
endfunction()

function(buoyant_c_options target standard)
  set_target_properties(${target} PROPERTIES C_STANDARD ${standard} C_EXTENSIONS OFF)
endfunction()

# What it links is C++, and so it is linked as that.
function(buoyant_c_program name standard)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  buoyant_c_options(${name} ${standard})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()

function(buoyant_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LINK;LABELS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest_main)
endfunction()
