# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# What `cmake --install` puts where: a static library for each component, the shared library, the
# headers, and what find_package and pkg-config find them by (decision 0021).

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# The headers of adapters are below this, so that <adapters/...> is in nobody's way.
set(parts_dir ${CMAKE_INSTALL_INCLUDEDIR}/buoyant/parts)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/buoyant)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
set(template_dir ${PROJECT_SOURCE_DIR}/cmake/package)

# Other people's libraries: the target, the module of pkg-config, the package of Debian. The user's
# project finds them by what buoyantConfig.cmake.in says.
set(others PkgConfig::BUOYANT_UV PkgConfig::BUOYANT_LMDB PkgConfig::BUOYANT_URING OpenSSL::SSL
    xxhash GTest::gtest Threads::Threads)
set(modules libuv lmdb liburing openssl libxxhash gtest "")
set(packages libuv1-dev liblmdb-dev liburing-dev libssl-dev libxxhash-dev libgtest-dev libc6-dev)
foreach(other module package IN ZIP_LISTS others modules packages)
  set(module_of_${other} ${module})
  set(package_of_${other} ${package})
endforeach()

# buoyant_links(target OURS OTHERS): the components, and other people's libraries, that it links.
function(buoyant_links target ours_variable others_variable)
  get_target_property(links ${target} INTERFACE_LINK_LIBRARIES)
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" link "${link}")
    if(link MATCHES "^buoyant_(.*)$")
      list(APPEND ${ours_variable} ${CMAKE_MATCH_1})
    elseif(link IN_LIST others)
      list(APPEND ${others_variable} ${link})
    elseif(NOT link MATCHES "^(::@|\\$<BUILD_INTERFACE:)")
      message(FATAL_ERROR "${target} links ${link}, of which cmake/install.cmake knows nothing")
    endif()
  endforeach()
  return(PROPAGATE ${ours_variable} ${others_variable})
endfunction()

# buoyant_describe(component OURS component... OTHERS target... [LIBRARY name]): how pkg-config and
# find_package find it. pkg-config's file is named after the library.
function(buoyant_describe component)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LIBRARY;MODULE" "OURS;OTHERS")
  set(requires)
  foreach(ours IN LISTS arg_OURS)
    list(APPEND requires buoyant-${ours})
  endforeach()
  foreach(other IN LISTS arg_OTHERS)
    list(APPEND requires ${module_of_${other}})
  endforeach()
  list(JOIN requires " " requires)
  set(libs)
  if(arg_LIBRARY)
    set(libs "-L\${libdir} -l${arg_LIBRARY}")
  endif()
  if(Threads::Threads IN_LIST arg_OTHERS)
    string(APPEND libs " -pthread")
  endif()
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${pkgconfig_dir}
             OUTPUT_VARIABLE up)
  configure_file(${template_dir}/component.pc.in ${arg_MODULE}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${arg_MODULE}.pc DESTINATION ${pkgconfig_dir}
          COMPONENT development)
  set(component_needs "${component_needs}set(buoyant_needs_${component} ${arg_OURS})
set(buoyant_others_${component} ${arg_OTHERS})
" PARENT_SCOPE)
endfunction()

get_property(components GLOBAL PROPERTY BUOYANT_COMPONENTS)
list(TRANSFORM components REPLACE "^buoyant_" "")
foreach(component IN LISTS components)
  set(target buoyant_${component})
  set(headers_dir ${CMAKE_INSTALL_INCLUDEDIR})
  get_target_property(base ${target} HEADER_DIRS)
  if(NOT base STREQUAL "${PROJECT_SOURCE_DIR}/include")
    set(headers_dir ${parts_dir})
  endif()
  install(TARGETS ${target} EXPORT buoyantTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
    FILE_SET HEADERS DESTINATION ${headers_dir} COMPONENT development)
  set(ours_of)
  set(others_of)
  buoyant_links(${target} ours_of others_of)
  get_target_property(type ${target} TYPE)
  set(library)
  if(type STREQUAL STATIC_LIBRARY)
    set(library LIBRARY ${target})
    list(APPEND archives ${target})
    list(APPEND archives_others ${others_of})
  endif()
  buoyant_describe(${component} MODULE buoyant-${component} ${library}
                   OURS ${ours_of} OTHERS ${others_of})
endforeach()
list(REMOVE_DUPLICATES archives_others)

# All archives' objects in one, compiled once. With sanitizers it could not be loaded by a program
# that was built without.
if(BUOYANT_SHARED AND NOT BUOYANT_SANITIZE AND NOT BUOYANT_FUZZ)
  include(${PROJECT_SOURCE_DIR}/cmake/shared.cmake)
  list(APPEND components shared)
endif()

set(other_names)
foreach(other IN LISTS others)
  string(APPEND other_names "set(buoyant_module_of_${other} \"${module_of_${other}}\")
set(buoyant_package_of_${other} ${package_of_${other}})
")
endforeach()
configure_package_config_file(${template_dir}/buoyantConfig.cmake.in buoyantConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(buoyantConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/buoyantConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/buoyantConfigVersion.cmake
        DESTINATION ${package_dir} COMPONENT development)
install(EXPORT buoyantTargets NAMESPACE buoyant:: DESTINATION ${package_dir} COMPONENT development)

get_property(tools GLOBAL PROPERTY BUOYANT_TOOLS)
if(tools)
  install(TARGETS ${tools} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
endif()
if(PROJECT_IS_TOP_LEVEL)
  include(${PROJECT_SOURCE_DIR}/cmake/deb.cmake)
endif()
