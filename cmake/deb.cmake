# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# `cpack` in the build folder makes Debian packages: the shared library, what one builds with, and
# the programs. Included by install.cmake.

set(CPACK_COMPONENTS_ALL development)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libbuoyant-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Raft for servers on libuv, to build with")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "Raft for servers on libuv, the shared library")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "Raft for servers on libuv, programs for operators")

# What the static libraries link, and what the headers include.
set(depends pkg-config libexpected-dev)
foreach(other IN LISTS archives_others)
  list(APPEND depends ${package_of_${other}})
endforeach()
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS libgtest-dev)
if(TARGET buoyant_shared)
  list(PREPEND depends "libbuoyant${soversion} (= ${PROJECT_VERSION})")
  list(APPEND CPACK_COMPONENTS_ALL runtime)
  set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libbuoyant${soversion})
  set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
  set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY "=")
endif()
list(JOIN depends ", " CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS)
if(tools)
  list(APPEND CPACK_COMPONENTS_ALL tools)
  set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME buoyant-tools)
  set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION admin)
  set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
endif()
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright COMPONENT ${component}
          DESTINATION share/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME buoyant)
set(CPACK_PACKAGE_CONTACT "the buoyant authors <buoyant@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
include(CPack)
