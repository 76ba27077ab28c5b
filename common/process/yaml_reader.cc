// SPDX-License-Identifier: Apache-2.0
#include "common/process/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/process/suggestion.h"

namespace oneway::process {
namespace {

// Notes where documents begin, and builds none.
class DocumentBegins final : public YAML::EventHandler {
 public:
  explicit DocumentBegins(std::vector<YAML::Mark>& begins) : begins_(begins) {}

  void OnDocumentStart(const YAML::Mark& mark) override { begins_.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}

 private:
  std::vector<YAML::Mark>& begins_;
};

// YAML::LoadAll never ends on a file that begins with a comma: it takes document after document there, all empty.
std::vector<YAML::Mark> FirstTwoDocuments(std::istream& content) {
  std::vector<YAML::Mark> begins;
  DocumentBegins handler(begins);
  YAML::Parser parser(content);
  while (begins.size() < 2 && parser.HandleNextDocument(handler)) {
  }
  return begins;
}

}  // namespace

std::optional<YamlEntry> YamlReader::ReadFile() {
  std::ifstream stream(file_);
  std::stringstream content;
  // An empty file sets failbit on the copy as well; peek tells it from one that cannot be read.
  const bool readable = stream.is_open() && (stream.peek() != EOF || stream.eof());
  if (!readable || (!stream.eof() && !(content << stream.rdbuf()))) {
    problems_.Add(file_, absl::StrCat("cannot be read: ", std::strerror(errno)));
    return std::nullopt;
  }
  try {
    const std::vector<YAML::Mark> begins = FirstTwoDocuments(content);
    if (begins.size() == 2) {
      problems_.Add(PlaceOf(begins[1]), begins[1].pos == begins[0].pos
                                            ? "is not valid YAML: no value begins so"
                                            : "a second document begins here (after ---); the file must hold one");
      return std::nullopt;
    }
    const YAML::Node document = YAML::Load(content.str());
    if (!document.IsNull()) return YamlEntry{.path = "", .place = file_, .value = document};
  } catch (const YAML::Exception& exception) {
    problems_.Add(PlaceOf(exception.mark), absl::StrCat("is not valid YAML: ", exception.msg));
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, YamlEntry>> YamlReader::ReadMap(const YamlEntry& map,
                                                                   const std::vector<std::string>& known) {
  std::vector<std::pair<std::string, YamlEntry>> entries;
  if (map.value.IsNull()) return entries;
  if (!map.value.IsMap()) {
    Report(map, "must be a map of `key: value` lines");
    return entries;
  }
  const std::string inside = map.path.empty() ? "" : absl::StrCat(" in ", map.path);
  std::set<std::string> seen;
  for (const auto& pair : map.value) {
    const std::string place = PlaceOf(pair.first.Mark());
    const std::string key = pair.first.IsScalar() ? pair.first.Scalar() : "";
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      problems_.Add(place, absl::StrCat("unknown key `", key, "`", inside, DidYouMean(key, known)));
    } else if (!seen.insert(key).second) {
      problems_.Add(place, absl::StrCat("key `", key, "`", inside, " is given twice"));
    } else {
      const std::string path = map.path.empty() ? key : absl::StrCat(map.path, ".", key);
      entries.emplace_back(key, YamlEntry{.path = path, .place = place, .value = pair.second});
    }
  }
  return entries;
}

std::vector<YamlEntry> YamlReader::ReadList(const YamlEntry& list) {
  std::vector<YamlEntry> entries;
  if (list.value.IsNull()) return entries;
  if (!list.value.IsSequence()) {
    Report(list, "must be a list of `- ...` lines");
    return entries;
  }
  for (const YAML::Node& node : list.value) {
    entries.push_back(
        {.path = absl::StrCat(list.path, "[", entries.size(), "]"), .place = PlaceOf(node.Mark()), .value = node});
  }
  return entries;
}

std::optional<std::string> YamlReader::ReadText(const YamlEntry& entry) {
  if (entry.value.IsScalar()) return entry.value.Scalar();
  Report(entry, entry.value.IsNull() ? "has no value" : "must be a single value");
  return std::nullopt;
}

void YamlReader::Report(const YamlEntry& entry, const std::string& what) {
  problems_.Add(entry.place, entry.path.empty() ? what : absl::StrCat(entry.path, ": ", what));
}

std::string YamlReader::PlaceOf(const YAML::Mark& mark) const {
  return mark.is_null() ? file_ : absl::StrCat(file_, ":", mark.line + 1);
}

}  // namespace oneway::process
