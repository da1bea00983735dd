// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/verify_pages.h"

#include "adapters/lmdb/structure.h"

#include <string>

namespace buoyant::inspect_tool {

namespace {

constexpr int kTriesMax = 3;

}  // namespace

Result<void> verify_pages(const lmdb::PageFile& file, Report& report) {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const Result<lmdb::FileHeader> view = file.newest();
    if (!view) {
      return fail(view.error());
    }
    const lmdb::Structure structure = lmdb::check_structure(file, *view);
    const Result<bool> holds = file.view_holds(*view);
    if (!holds) {
      return fail(holds.error());
    }
    if (*holds) {
      report.add("pages", structure.damages);
      report.pages += structure.pages;
      if (structure.pages_lost > 0) {
        report.notes.push_back(std::to_string(structure.pages_lost) +
                               " pages belong to nothing: space that is lost until `compact`");
      }
      return {};
    }
  }
  report.notes.emplace_back(
      "whether each page is in use once was not checked: the server writes meanwhile");
  return {};
}

}  // namespace buoyant::inspect_tool
