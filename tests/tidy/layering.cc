// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace buoyant::tidy {

namespace layering {

enum class Layer {
  kBase,
  kModel,
  kCore,
  kPort,
  kConformance,
  kSessions,
  kNode,
  kReport,
  kAdapter,
  kSimulation,
  kAssembly,
  kTop
};

struct Place {
  std::string_view prefix;
  Layer layer;
};

/// The first prefix that fits decides.
constexpr std::array<Place, 24> kPlaces = {{
    {"include/buoyant/base/", Layer::kBase},
    {"src/base/", Layer::kBase},
    {"include/buoyant/model/", Layer::kModel},
    {"src/model/", Layer::kModel},
    {"include/buoyant/core/", Layer::kCore},
    {"src/core/", Layer::kCore},
    {"include/buoyant/port/", Layer::kPort},
    {"include/buoyant/conformance/", Layer::kConformance},
    {"include/buoyant/sessions.h", Layer::kSessions},
    {"src/sessions/", Layer::kSessions},
    {"include/buoyant/simulation/", Layer::kSimulation},
    {"src/simulation/", Layer::kSimulation},
    {"include/buoyant/standard.h", Layer::kAssembly},
    {"include/buoyant/report.h", Layer::kReport},
    {"src/report/", Layer::kReport},
    {"adapters/standard/", Layer::kAssembly},
    {"include/buoyant/", Layer::kNode},
    {"src/node/", Layer::kNode},
    {"src/", Layer::kNode},
    {"adapters/", Layer::kAdapter},
    {"tests/", Layer::kTop},
    {"bench/", Layer::kTop},
    {"examples/", Layer::kTop},
    {"tools/", Layer::kTop},
}};

/// Which headers of other people an adapter's folder may include.
struct Library {
  std::string_view folder;
  std::string_view headers;
};

constexpr std::array<Library, 4> kLibraries = {{
    {"adapters/uv/", "uv"},
    {"adapters/lmdb/", "lmdb"},
    {"adapters/flatbuffers/", "flatbuffers"},
    {"adapters/tls/", "openssl"},
}};

std::optional<Layer> layer_of(std::string_view path) {
  for (const Place& place : kPlaces) {
    if (path.starts_with(place.prefix)) {
      return place.layer;
    }
  }
  return std::nullopt;
}

/// The layers that a layer may include besides itself.
bool may_use(Layer user, Layer used) {
  const auto is_one_of = [used](std::initializer_list<Layer> layers) {
    return std::find(layers.begin(), layers.end(), used) != layers.end();
  };
  switch (user) {
    case Layer::kBase:
      return is_one_of({Layer::kBase});
    case Layer::kModel:
      return is_one_of({Layer::kBase, Layer::kModel});
    case Layer::kCore:
      return is_one_of({Layer::kBase, Layer::kModel, Layer::kCore});
    case Layer::kPort:
      return is_one_of({Layer::kBase, Layer::kModel, Layer::kPort});
    case Layer::kConformance:
      return is_one_of({Layer::kBase, Layer::kModel, Layer::kPort, Layer::kConformance});
    case Layer::kSessions:
      return is_one_of({Layer::kBase, Layer::kModel, Layer::kPort, Layer::kSessions});
    case Layer::kNode:
      return is_one_of({Layer::kBase, Layer::kModel, Layer::kCore, Layer::kPort, Layer::kNode});
    case Layer::kReport:
      return may_use(Layer::kNode, used) || is_one_of({Layer::kReport});
    case Layer::kAdapter:
      return is_one_of({Layer::kBase, Layer::kModel, Layer::kPort, Layer::kAdapter});
    case Layer::kSimulation:
      return !is_one_of({Layer::kConformance, Layer::kReport, Layer::kAssembly, Layer::kTop});
    case Layer::kAssembly:
      return !is_one_of({Layer::kConformance, Layer::kTop});
    case Layer::kTop:
      return true;
  }
  return false;
}

/// "adapters/uv/" of any path below it; empty for other paths.
std::string_view adapter_folder(std::string_view path) {
  constexpr std::string_view kAdapters = "adapters/";
  if (!path.starts_with(kAdapters)) {
    return {};
  }
  const std::size_t end = path.find('/', kAdapters.size());
  return end == std::string_view::npos ? path : path.substr(0, end + 1);
}

/// The project's file that a quoted include names; empty for one that is not ours.
std::string resolve(std::string_view includer, std::string_view included) {
  if (included.starts_with("buoyant/")) {
    return "include/" + std::string(included);
  }
  constexpr std::array<std::string_view, 5> kTops = {"adapters/", "tests/", "bench/", "examples/",
                                                     "tools/"};
  for (const std::string_view top : kTops) {
    if (included.starts_with(top)) {
      return std::string(included);
    }
  }
  if (included.find("..") != std::string_view::npos) {
    return "..";
  }
  return includer.starts_with("src/") ? "src/" + std::string(included) : "";
}

/// "uv" of <uv.h> and <uv/unix.h>: the library that a header belongs to, as kLibraries has it.
std::string_view library_of(std::string_view header) {
  for (const Library& library : kLibraries) {
    const std::string_view rest =
        header.starts_with(library.headers) ? header.substr(library.headers.size()) : "x";
    if (rest.starts_with(".h") || rest.starts_with("/")) {
      return library.headers;
    }
  }
  return {};
}

/// Why a header of somebody else may not be included here; empty: it may.
std::string refuse_foreign(const SourceFile& file, Layer layer, std::string_view header) {
  if (layer == Layer::kTop || layer == Layer::kAssembly) {
    return {};
  }
  if (layer == Layer::kAdapter) {
    const std::string_view library = library_of(header);
    const auto own = std::find_if(kLibraries.begin(), kLibraries.end(), [&](const Library& entry) {
      return file.path.starts_with(entry.folder);
    });
    const bool is_own = own != kLibraries.end() && own->headers == library;
    return library.empty() || is_own ? "" : "an adapter uses its own library only";
  }
  if (layer == Layer::kConformance && header.starts_with("gtest/")) {
    return {};
  }
  if (layer == Layer::kReport && (header.starts_with("nlohmann/") || header == "unistd.h")) {
    return {};
  }
  const bool is_standard =
      header.find('.') == std::string_view::npos && header.find('/') == std::string_view::npos;
  const bool is_base =
      header == "tl/expected.hpp" || (layer == Layer::kBase && header.find("xxh") == 0);
  return is_standard || is_base ? "" : "only the C++ standard library below the adapters";
}

/// Why one of our own files may not be included here; empty: it may.
std::string refuse_own(const SourceFile& file, Layer layer, const std::string& target) {
  if (target == "..") {
    return "paths begin at the top, not with ..";
  }
  const std::optional<Layer> used = layer_of(target);
  if (!used) {
    return {};
  }
  // The one port that speaks of the core's standing; users implement it, adapters do not.
  const bool is_observer = file.path == "include/buoyant/port/observer.h";
  if (!may_use(layer, *used) && !(is_observer && *used == Layer::kCore)) {
    return "points to a higher layer";
  }
  // What several adapters need of the operating system; it knows none of them.
  const bool is_shared = target.starts_with("adapters/posix/");
  const bool is_sibling = layer == Layer::kAdapter && *used == Layer::kAdapter && !is_shared &&
                          adapter_folder(target) != adapter_folder(file.path);
  return is_sibling ? "an adapter knows no sibling" : "";
}

}  // namespace layering

std::vector<Finding> check_layering(const SourceFile& file) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
  std::vector<Finding> findings;
  const std::optional<layering::Layer> layer = layering::layer_of(file.path);
  if (!layer || !is_cpp(file)) {
    return findings;
  }
  for (std::size_t line = 0; line < file.lines.size(); ++line) {
    std::smatch match;
    if (!std::regex_search(file.lines[line], match, kInclude)) {
      continue;
    }
    const std::string header = match[2];
    const bool is_ours = match[1] == "\"" || header.starts_with("buoyant/");
    const std::string target = is_ours ? layering::resolve(file.path, header) : "";
    const std::string why = target.empty() || !layering::library_of(header).empty()
                                ? layering::refuse_foreign(file, *layer, header)
                                : layering::refuse_own(file, *layer, target);
    if (!why.empty()) {
      findings.push_back({file.path, line + 1, "include of " + header + ": " + why});
    }
  }
  return findings;
}

}  // namespace buoyant::tidy
