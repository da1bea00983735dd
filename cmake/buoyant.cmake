# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# What every target of the project has in common, as functions; no global flags.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Debian's libexpected-dev and libxxhash-dev: headers in the system include path.
find_path(BUOYANT_EXPECTED_INCLUDE_DIR tl/expected.hpp REQUIRED)
find_path(BUOYANT_XXHASH_INCLUDE_DIR xxhash.h REQUIRED)

# buoyant_compile_options(target [KIND]). Kinds: library (of the product: no exceptions, no RTTI),
# test, module (loaded into another program) and, if nothing is said, program.
function(buoyant_compile_options target)
  set(kind program)
  if(ARGC GREATER 1)
    set(kind ${ARGV1})
  endif()
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # Designated initialisers may leave out what keeps its default.
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wconversion
    -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum
    -Wimplicit-fallthrough
    # g++ 12 mistakes what std::string does in an optimised operator+ (its bug 105651).
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<STREQUAL:${kind},library>>>:-Wno-array-bounds
      -Wno-restrict -Wno-stringop-overflow>
    $<$<BOOL:${BUOYANT_WARNINGS_AS_ERRORS}>:-Werror>)
  if(kind STREQUAL library)
    target_compile_options(${target} PRIVATE -fno-exceptions -fno-rtti)
    # The same objects are in the static and in the shared library (decision 0021).
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON
      CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  elseif(kind STREQUAL test AND BUOYANT_UNITY)
    # They are built to be run once: optimising takes longer than it saves. What they stand on,
    # tests/support too, is optimised: random schedules would take ten times as long.
    target_compile_options(${target} PRIVATE -O0)
  endif()
  if(NOT kind STREQUAL test AND NOT BUOYANT_COVERAGE)
    # What is installed does not name the folder it was built in.
    target_compile_options(${target} PRIVATE
      -fdebug-prefix-map=${PROJECT_BINARY_DIR}=build -fdebug-prefix-map=${PROJECT_SOURCE_DIR}=.
      -fmacro-prefix-map=${PROJECT_BINARY_DIR}/=build/ -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
  endif()
  if(BUOYANT_SANITIZE)
    set(sanitize ${BUOYANT_SANITIZE})
    if(NOT kind STREQUAL library AND BUOYANT_UNITY)
      # Compiling tests and programs takes 1.6 times as long with it, and it is the product that it is for.
      string(REPLACE ",undefined" "" sanitize ${sanitize})
    endif()
    target_compile_options(${target} PRIVATE -fsanitize=${sanitize}
      -fno-sanitize-recover=all -fno-omit-frame-pointer
      -fno-sanitize=vptr  # It needs RTTI, which the libraries are built without.
      # g++ mistakes the sanitizers' own code for uses of uninitialised variables.
      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    if(kind STREQUAL test AND BUOYANT_UNITY AND BUOYANT_SANITIZE MATCHES "address")
      # Tests call what checks an access instead of having it in them: the same checks in less code.
      target_compile_options(${target} PRIVATE
        $<$<CXX_COMPILER_ID:GNU>:--param=asan-instrumentation-with-call-threshold=0>)
    endif()
    target_link_options(${target} PUBLIC -fsanitize=${BUOYANT_SANITIZE})
  endif()
  if(BUOYANT_FUZZ)
    # Counts which code an input reached; the fuzzers themselves link what reads the counts.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(BUOYANT_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage)
    target_link_options(${target} PUBLIC --coverage)
  endif()
  if(BUOYANT_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    # g++ looks for memory to use again only beyond 2 GB: a tenth of the time for a quarter of memory.
    target_compile_options(${target} PRIVATE
      $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=2000000>)
  endif()
  set(headers buoyant_${kind}_headers)
  if(TARGET ${headers} AND NOT target STREQUAL headers)
    target_precompile_headers(${target} REUSE_FROM ${headers})
  endif()
  if(BUOYANT_CLANG_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "clang-tidy-14")
  endif()
endfunction()

# buoyant_precompile(KIND HEADERS header... [LINK target...])
# Headers that all targets of a kind begin with from here on. A header may be among them if nearly
# every file of that kind includes it one way or another: then nothing is hidden that it does not
# hide anyway. Headers of the project never are.
function(buoyant_precompile kind)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;LINK")
  set(name buoyant_${kind}_headers)
  file(CONFIGURE OUTPUT ${name}.cc CONTENT "")
  add_library(${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc)
  buoyant_compile_options(${name} ${kind})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
  add_dependencies(buoyant_generated ${name})
endfunction()

# buoyant_library(name SOURCES file... [HEADERS file...] [LINK target...] [LINK_PRIVATE target...])
# A library of the product: no exceptions, no RTTI; alias buoyant::<name without prefix>. HEADERS:
# see buoyant_component.
function(buoyant_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LINK;LINK_PRIVATE")
  add_library(${name} STATIC ${arg_SOURCES})
  buoyant_component(${name} HEADERS ${arg_HEADERS})
  buoyant_compile_options(${name} library)
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                             PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE ${arg_LINK_PRIVATE})
endfunction()

# buoyant_component(name [HEADERS file...])
# Makes a library a component of the installed package, buoyant::<name without prefix>, and lists
# the headers that users include: <buoyant...> of include/, or else those of an adapter, beside its
# sources, which are included as <adapters/NAME/...>.
function(buoyant_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS")
  string(REPLACE "buoyant_" "" short ${name})
  add_library(buoyant::${short} ALIAS ${name})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${short})
  set_property(GLOBAL APPEND PROPERTY BUOYANT_COMPONENTS ${name})
  if(NOT arg_HEADERS)
    return()
  endif()
  get_target_property(type ${name} TYPE)
  set(scope PUBLIC)
  if(type STREQUAL INTERFACE_LIBRARY)
    set(scope INTERFACE)
  endif()
  set(base ${PROJECT_SOURCE_DIR})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR})
  if(arg_HEADERS MATCHES "^buoyant[./]")
    set(base ${PROJECT_SOURCE_DIR}/include)
    set(folder ${base})
    # That each compiles alone: tests/install has it built. Those of adapters stand first in a file.
    set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ${BUOYANT_BUILD_TESTS})
  endif()
  list(TRANSFORM arg_HEADERS PREPEND ${folder}/)
  target_sources(${name} ${scope} FILE_SET HEADERS BASE_DIRS ${base} FILES ${arg_HEADERS})
endfunction()

# buoyant_other_builds(name SOURCES file... [LINK target...])
# What only other presets compile: nobody builds it here, but it is in the compilation database, and
# so it is read by every compiler and checked like the rest.
function(buoyant_other_builds name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${arg_SOURCES})
  buoyant_compile_options(${name})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(${name} PRIVATE ${arg_LINK})
endfunction()

# buoyant_program(name SOURCES file... [LINK target...])
# An example, a tool or a benchmark.
function(buoyant_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  buoyant_compile_options(${name})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
endfunction()

# buoyant_tool(name SOURCES file... [LINK target...])
# A program that is installed.
function(buoyant_tool name)
  buoyant_program(${name} ${ARGN})
  set_property(GLOBAL APPEND PROPERTY BUOYANT_TOOLS ${name})
endfunction()

# buoyant_c_options(target STANDARD)
# The same for files in C, of the standard 99 or 11.
function(buoyant_c_options target standard)
  set_target_properties(${target} PROPERTIES
    C_STANDARD ${standard} C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
      -Wstrict-prototypes -Wmissing-prototypes -Wimplicit-fallthrough>
    $<$<BOOL:${BUOYANT_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()

# buoyant_c_program(name STANDARD SOURCES file... [LINK target...])
# A program in C; what it links is C++, and so it is linked as that.
function(buoyant_c_program name standard)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  buoyant_c_options(${name} ${standard})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()

# buoyant_is_wanted(variable label...): whether BUOYANT_TESTS has a test with these labels.
function(buoyant_is_wanted variable)
  set(checked FALSE)
  if(NOT "plain" IN_LIST ARGN AND ("unit" IN_LIST ARGN OR "adapter" IN_LIST ARGN))
    set(checked TRUE)
  endif()
  set(wanted TRUE)
  if(BUOYANT_TESTS STREQUAL "plain")
    if(checked)
      set(wanted FALSE)
    endif()
  elseif(BUOYANT_TESTS STREQUAL "checked")
    if(NOT checked AND NOT "smoke" IN_LIST ARGN)
      set(wanted FALSE)
    endif()
  endif()
  set(${variable} ${wanted} PARENT_SCOPE)
endfunction()

# buoyant_schedule(name label...): how much of the machine a test takes, of `ctest --parallel N` with
# N three times the number of cores. A process test waits nearly all the time (nine tenths of it), and
# so six of them run on two cores; every other test takes a core, which is 3 of N.
function(buoyant_schedule name)
  set(part 3)
  if("process" IN_LIST ARGN AND NOT "busy" IN_LIST ARGN)
    set(part 1)
  endif()
  set_tests_properties(${name} PROPERTIES PROCESSORS ${part})
  if("exclusive" IN_LIST ARGN)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

# buoyant_test(name SOURCES file... [LINK target...] LABELS label... [TIMEOUT seconds] [COST seconds])
# One GoogleTest binary and one ctest test. It leaves its counts in build/PRESET/results. COST: about
# how long it takes if that is long; it begins early, so that nothing waits for it at the end.
# Labels: unit, adapter, process, tidy say where it belongs; further ones how it may run:
#   threads    has threads of its own, so that the tsan preset runs it
#   smoke      a process test short enough for the asan preset
#   exclusive  not beside another test: it judges what the machine does meanwhile
#   busy       a process test that computes much
#   plain      takes too long with sanitizers, or is of a program that shows what others found
# The target tests_<label> builds all tests with a label. BUOYANT_TESTS says which of all tests
# there are: all; plain: those that the asan preset does not run, and the smoke tests; checked:
# those that it runs. The others are not built and not known to ctest.
function(buoyant_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;COST" "SOURCES;LINK;LABELS")
  add_executable(${name} ${arg_SOURCES})
  buoyant_is_wanted(wanted ${arg_LABELS})
  if(NOT wanted)
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
  buoyant_compile_options(${name} test)
  target_compile_definitions(${name} PRIVATE
    BUOYANT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" BUOYANT_BINARY_DIR="${PROJECT_BINARY_DIR}")
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest_main)
  set_target_properties(${name} PROPERTIES UNITY_BUILD_BATCH_SIZE 0)
  if(NOT wanted)
    return()
  endif()
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
  if(arg_COST)
    set_tests_properties(${name} PROPERTIES COST ${arg_COST})
  endif()
  buoyant_schedule(${name} ${arg_LABELS})
endfunction()
