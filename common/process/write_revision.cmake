# SPDX-License-Identifier: Apache-2.0
# Writes HEADER with the git revision of SOURCE, and touches it only when that changed, so that a build without news
# compiles nothing. A folder that is not the top of a git work tree (an unpacked archive) gives `unknown`.
set(revision unknown)
find_package(Git QUIET)
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --show-prefix WORKING_DIRECTORY ${SOURCE}
                  OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE not_git ERROR_QUIET)
  if(NOT not_git AND prefix STREQUAL "")
    execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD WORKING_DIRECTORY ${SOURCE}
                    OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE no_head ERROR_QUIET)
    execute_process(COMMAND ${GIT_EXECUTABLE} diff-index --quiet HEAD -- WORKING_DIRECTORY ${SOURCE}
                    RESULT_VARIABLE modified ERROR_QUIET OUTPUT_QUIET)
    if(NOT no_head)
      set(revision ${head})
      if(modified)
        string(APPEND revision "-modified")
      endif()
    endif()
  endif()
endif()

set(content "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n\n#define ONEWAY_REVISION \"${revision}\"\n")
set(previous "")
if(EXISTS ${HEADER})
  file(READ ${HEADER} previous)
endif()
if(NOT previous STREQUAL content)
  file(WRITE ${HEADER} "${content}")
endif()
