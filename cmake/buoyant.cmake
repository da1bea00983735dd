# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# What every target of the project has in common, as functions; no global flags.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Debian's libexpected-dev and libxxhash-dev: headers in the system include path.
find_path(BUOYANT_EXPECTED_INCLUDE_DIR tl/expected.hpp REQUIRED)
find_path(BUOYANT_XXHASH_INCLUDE_DIR xxhash.h REQUIRED)

function(buoyant_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # Designated initialisers may leave out what keeps its default.
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wconversion
    -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum
    -Wimplicit-fallthrough
    $<$<BOOL:${BUOYANT_WARNINGS_AS_ERRORS}>:-Werror>)
  if(BUOYANT_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${BUOYANT_SANITIZE}
      -fno-sanitize-recover=all -fno-omit-frame-pointer
      -fno-sanitize=vptr  # It needs RTTI, which the libraries are built without.
      # g++ mistakes the sanitizers' own code for uses of uninitialised variables.
      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    target_link_options(${target} PUBLIC -fsanitize=${BUOYANT_SANITIZE})
  endif()
  if(BUOYANT_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage)
    target_link_options(${target} PUBLIC --coverage)
  endif()
  if(BUOYANT_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
  if(BUOYANT_CLANG_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "clang-tidy-14")
  endif()
endfunction()

# buoyant_library(name SOURCES file... [LINK target...] [LINK_PRIVATE target...])
# A library of the product: no exceptions, no RTTI; alias buoyant::<name without prefix>.
function(buoyant_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;LINK_PRIVATE")
  add_library(${name} STATIC ${arg_SOURCES})
  string(REPLACE "buoyant_" "" short ${name})
  add_library(buoyant::${short} ALIAS ${name})
  buoyant_compile_options(${name})
  target_compile_options(${name} PRIVATE -fno-exceptions -fno-rtti)
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                             PRIVATE ${PROJECT_SOURCE_DIR}/src)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE ${arg_LINK_PRIVATE})
endfunction()

# buoyant_program(name SOURCES file... [LINK target...])
# An example, a tool or a benchmark.
function(buoyant_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  buoyant_compile_options(${name})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
endfunction()

# buoyant_test(name SOURCES file... [LINK target...] LABELS label... [TIMEOUT seconds])
# One GoogleTest binary and one ctest test. It leaves its counts in build/PRESET/results.
# Labels: unit, adapter, process, tidy say where it belongs; further ones how it may run:
#   threads    has threads of its own, so that the tsan preset runs it
#   smoke      a process test short enough for the asan preset
#   exclusive  not beside another test (every process test is)
# The target tests_<label> builds all tests with a label.
function(buoyant_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LINK;LABELS")
  add_executable(${name} ${arg_SOURCES})
  buoyant_compile_options(${name})
  target_compile_definitions(${name} PRIVATE
    BUOYANT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" BUOYANT_BINARY_DIR="${PROJECT_BINARY_DIR}")
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest_main)
  if(BUOYANT_SANITIZE)
    # Optimising instrumented tests costs three times their compilation and gains nothing.
    target_compile_options(${name} PRIVATE -O0)
  endif()
  set_target_properties(${name} PROPERTIES UNITY_BUILD_BATCH_SIZE 0)
  foreach(label IN LISTS arg_LABELS)
    if(NOT TARGET tests_${label})
      add_custom_target(tests_${label})
    endif()
    add_dependencies(tests_${label} ${name})
  endforeach()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(BUOYANT_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 3")
  endif()
  add_test(NAME ${name}
    COMMAND ${name} --gtest_output=xml:${PROJECT_BINARY_DIR}/results/${name}.xml
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
  if("process" IN_LIST arg_LABELS OR "exclusive" IN_LIST arg_LABELS)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()
