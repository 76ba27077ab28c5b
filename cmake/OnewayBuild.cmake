# SPDX-License-Identifier: Apache-2.0
# Compiler flags and the two functions by which every folder declares its target.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -fno-omit-frame-pointer")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(oneway_flags INTERFACE)
target_compile_options(oneway_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
target_include_directories(oneway_flags INTERFACE ${CMAKE_SOURCE_DIR})

if(ONEWAY_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -g1)
  add_link_options(-fsanitize=address,undefined)
elseif(ONEWAY_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -g1)
  add_link_options(-fsanitize=thread)
elseif(ONEWAY_SANITIZE STREQUAL "fuzzer")
  # Only clang has libFuzzer. `fuzzer-no-link` makes the product report which of its branches an input takes.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -g1)
  add_link_options(-fsanitize=address,undefined)
elseif(NOT ONEWAY_SANITIZE STREQUAL "")
  message(FATAL_ERROR "ONEWAY_SANITIZE is '${ONEWAY_SANITIZE}'; use address, thread or fuzzer, or leave it empty")
endif()

# oneway_component(NAME SOURCES file... [DEPS target...]): the static library oneway_NAME from one folder.
# Without SOURCES it is headers only.
function(oneway_component NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(oneway_${NAME} STATIC ${ARG_SOURCES})
    target_link_libraries(oneway_${NAME} PUBLIC oneway_flags ${ARG_DEPS})
  else()
    add_library(oneway_${NAME} INTERFACE)
    target_link_libraries(oneway_${NAME} INTERFACE oneway_flags ${ARG_DEPS})
  endif()
endfunction()

# oneway_test(NAME [GRPC] [TIMED] [SUITE suite] SOURCES file... [DEPS target...]): the GoogleTest program NAME, run by ctest
# under the label SUITE (default unit). GRPC marks tests that run gRPC code; they are left out under TSan, which reports
# false races inside the library. TIMED marks those that take minutes under a sanitizer, or would measure it; they are
# left out under each. Of whole clusters pairs_test and bad_input_test remain, which take most paths.
function(oneway_test NAME)
  cmake_parse_arguments(ARG "GRPC;TIMED" "SUITE;TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if((ARG_GRPC AND ONEWAY_SANITIZE STREQUAL "thread") OR (ARG_TIMED AND ONEWAY_SANITIZE))
    return()
  endif()
  if(NOT ARG_SUITE)
    set(ARG_SUITE unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE oneway_flags ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  add_test(NAME ${NAME} COMMAND ${NAME} --gtest_output=xml:${CMAKE_BINARY_DIR}/results/${NAME}.xml)
  set_tests_properties(${NAME} PROPERTIES LABELS ${ARG_SUITE} TIMEOUT ${ARG_TIMEOUT})
endfunction()
