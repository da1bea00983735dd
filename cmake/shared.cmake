# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# libbuoyant.so: the objects of all static libraries in one, of which only what the headers export
# is seen (decision 0021). Included by install.cmake.

set(soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
configure_file(${template_dir}/libbuoyant.map.in libbuoyant.map @ONLY)

add_library(buoyant_shared SHARED)
add_library(buoyant::shared ALIAS buoyant_shared)
foreach(archive IN LISTS archives)
  target_sources(buoyant_shared PRIVATE $<TARGET_OBJECTS:${archive}>)
endforeach()
target_compile_features(buoyant_shared INTERFACE cxx_std_20)
target_include_directories(buoyant_shared INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}> $<INSTALL_INTERFACE:${parts_dir}>)
target_link_libraries(buoyant_shared PRIVATE ${archives_others})
target_link_options(buoyant_shared PRIVATE
  LINKER:-z,defs LINKER:--version-script=${CMAKE_CURRENT_BINARY_DIR}/libbuoyant.map)
set_target_properties(buoyant_shared PROPERTIES
  OUTPUT_NAME buoyant EXPORT_NAME shared LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION} SOVERSION ${soversion}
  LINK_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/libbuoyant.map)

# Who embeds a node has a loop of libuv.
set(others_of)
if(TARGET buoyant_uv)
  target_link_libraries(buoyant_shared INTERFACE PkgConfig::BUOYANT_UV)
  set(others_of PkgConfig::BUOYANT_UV)
endif()
install(TARGETS buoyant_shared EXPORT buoyantTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development)
buoyant_describe(shared MODULE buoyant LIBRARY buoyant OURS OTHERS ${others_of})
