// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/report.h"

#include "tools/common/describe.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

using tools::Json;
using tools::number;
using tools::text_of_bytes;

constexpr double kMebibyte = 1024.0 * 1024.0;

std::string count_of(std::uint64_t count, const char* what) {
  return number(count) + " " + what + (count == 1 ? "" : "s");
}

template <class T>
void put(Json& json, const char* name, const std::optional<T>& value) {
  if (value) {
    json[name] = *value;
  }
}

Json json_of(const Damage& damage) {
  Json json = {{"part", damage.part}, {"what", damage.what}};
  put(json, "index", damage.index);
  put(json, "last", damage.last);
  put(json, "page", damage.page);
  put(json, "offset", damage.offset);
  if (!damage.file.empty()) {
    json["file"] = damage.file;
  }
  return json;
}

}  // namespace

std::string text_of(const Damage& damage) {
  std::string text = damage.part + ": ";
  text += damage.file.empty() ? "" : damage.file + ": ";
  if (damage.index && damage.last && *damage.last != *damage.index) {
    text += "entries " + number(*damage.index) + " to " + number(*damage.last) + ": ";
  } else if (damage.index) {
    text += "entry " + number(*damage.index) + ": ";
  }
  text += damage.what;
  text += damage.page ? " (page " + number(*damage.page) + " of data.mdb)" : "";
  text += damage.offset ? " (at byte " + number(*damage.offset) + " of the contents)" : "";
  return text;
}

void Report::add(const std::string& part, const std::vector<lmdb::PageDamage>& damaged) {
  for (const lmdb::PageDamage& damage : damaged) {
    std::string what = "a page: " + std::string(damage.what);
    what += damage.code != 0 ? std::string(": ") + std::strerror(damage.code) : "";
    add({.part = part, .what = std::move(what), .page = damage.page});
  }
}

double Report::mebibytes_per_second() const noexcept {
  const auto bytes = static_cast<double>(log_bytes + snapshot_bytes);
  return seconds > 0 ? bytes / kMebibyte / seconds : 0;
}

std::string to_text(const Report& report) {
  std::string text;
  for (const Damage& damage : report.damages) {
    text += text_of(damage) + "\n";
  }
  for (const std::string& note : report.notes) {
    text += "note: " + note + "\n";
  }
  std::array<char, 64> speed{};
  std::snprintf(speed.data(), speed.size(), "%.1f s, %.0f MiB/s", report.seconds,
                report.mebibytes_per_second());
  text += "checked: " + count_of(report.records, "record") + " with " + number(report.entries) +
          " entries (" + text_of_bytes(report.log_bytes) + "), " +
          count_of(report.values, "other value") + ", " + count_of(report.pages, "page") + "; " +
          count_of(report.snapshots, "snapshot") + " (" + text_of_bytes(report.snapshot_bytes) +
          "); " + speed.data() + "\n";
  return text + (report.is_clean() ? "no damage\n"
                                   : "DAMAGED: " + number(report.damages.size()) +
                                         (report.damages.size() == 1 ? " place" : " places") +
                                         "; docs/INSPECT.md says what to do\n");
}

std::string to_json(const Report& report) {
  Json damages = Json::array();
  for (const Damage& damage : report.damages) {
    damages.push_back(json_of(damage));
  }
  return tools::dumped({{"damages", damages},
                        {"notes", report.notes},
                        {"records", report.records},
                        {"entries", report.entries},
                        {"log_bytes", report.log_bytes},
                        {"values", report.values},
                        {"pages", report.pages},
                        {"snapshots", report.snapshots},
                        {"snapshot_bytes", report.snapshot_bytes},
                        {"seconds", report.seconds},
                        {"clean", report.is_clean()}});
}

}  // namespace buoyant::inspect_tool
