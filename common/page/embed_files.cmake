# SPDX-License-Identifier: Apache-2.0
# Writes SOURCE, which defines the files of FOLDER named in NAMES (`;` between) for page_files.h.
set(arrays "")
set(table "")
set(number 0)
foreach(name IN LISTS NAMES)
  file(READ ${FOLDER}/${name} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {${bytes}};\n")
  string(APPEND table "    {\"${name}\", {reinterpret_cast<const char*>(kFile${number}), sizeof(kFile${number})}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${SOURCE} "// SPDX-License-Identifier: Apache-2.0
#include \"common/page/page_files.h\"

namespace oneway::page {
namespace {

${arrays}
}  // namespace

std::vector<PageFile> PageFiles() {
  return {
${table}  };
}

}  // namespace oneway::page
")
