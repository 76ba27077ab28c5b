# SPDX-License-Identifier: Apache-2.0
# Installs the client to a prefix of its own and builds a program with nothing but pkg-config, as a user does.
# Variables: BUILD, PREFIX, SOURCE, COMPILER.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${PREFIX})
run(${CMAKE_COMMAND} --install ${BUILD} --component client --prefix ${PREFIX})

# The header is the only one installed, so it must stand alone on the standard library.
file(STRINGS ${PREFIX}/include/oneway/client.h includes REGEX "^#include")
foreach(include IN LISTS includes)
  if(NOT include MATCHES "^#include <[a-z_]+>$")
    message(FATAL_ERROR "client.h includes more than the standard library: ${include}")
  endif()
endforeach()

file(GLOB_RECURSE pc ${PREFIX}/oneway-client.pc)
get_filename_component(pc_folder "${pc}" DIRECTORY)
set(ENV{PKG_CONFIG_PATH} ${pc_folder})
run(pkg-config --static --cflags --libs oneway-client)
separate_arguments(flags UNIX_COMMAND "${output}")
run(${COMPILER} -std=c++20 -o ${PREFIX}/user ${SOURCE} ${flags})
run(${PREFIX}/user)
message(STATUS "${output}")
