// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/cuts.h"

#include <algorithm>
#include <array>

namespace buoyant::disk {

namespace cuts {

constexpr std::size_t kSampled = 24;
constexpr std::size_t kOfAKind = 3;
constexpr std::size_t kNamesAllMax = 3;

/// How what a cut is not about is drawn: all of it, nothing, or any.
enum class Rest : std::uint8_t { kAll, kNothing, kAny };

class Drawing {
 public:
  Drawing(Random& random, const Pending& pending) : random_(random), pending_(pending) {}

  std::vector<Cut> take() { return std::move(made_); }

  Selection uniform(bool newest) const {
    Selection selection;
    for (const PendingPage& page : pending_.pages) {
      selection.pages.push_back(newest ? page.versions - 1 : 0);
    }
    for (const PendingSize& size : pending_.sizes) {
      selection.sizes.push_back(newest ? size.versions - 1 : 0);
    }
    selection.names.assign(pending_.names, newest);
    return selection;
  }

  void add(CutKind kind, Selection selection) {
    made_.push_back({.kind = kind, .selection = std::move(selection)});
  }

  /// All subsets of these pages; the others, sizes and names any way.
  void add_subsets(const std::vector<std::size_t>& pages) {
    for (std::uint64_t set = 0; set < (std::uint64_t{1} << pages.size()); ++set) {
      Selection selection = sampled();
      for (std::size_t at = 0; at < pages.size(); ++at) {
        const bool is_written = ((set >> at) & 1U) != 0;
        selection.pages[pages[at]] = is_written ? pending_.pages[pages[at]].versions - 1 : 0;
      }
      add(CutKind::kSubset, std::move(selection));
    }
  }

  /// Each page written or not.
  Selection sampled() {
    Selection selection = uniform(true);
    // Not always one in two: mostly written, or mostly not.
    const std::uint64_t part = 1 + random_.below(7);
    for (std::size_t& version : selection.pages) {
      version = random_.chance(part, 8) ? version : 0;
    }
    draw_sizes(selection);
    draw_names(selection);
    return selection;
  }

  void add_versions() {
    Selection selection = sampled();
    for (std::size_t at = 0; at < selection.pages.size(); ++at) {
      selection.pages[at] = random_.below(pending_.pages[at].versions);
    }
    add(CutKind::kVersions, std::move(selection));
  }

  void add_torn() {
    Selection selection = random_.chance(1, 2) ? uniform(true) : sampled();
    const std::size_t page = random_.below(selection.pages.size());
    const std::size_t versions = pending_.pages[page].versions;
    const std::size_t version = 1 + random_.below(versions - 1);
    selection.pages[page] = version;
    const std::size_t other = random_.below(version);
    // The beginning, the end, or any sectors.
    const std::uint64_t way = random_.below(3);
    const std::uint64_t sectors = 1 + random_.below(7);
    const std::uint64_t any = 1 + random_.below(254);
    const std::uint64_t mask = way == 0   ? (1U << sectors) - 1
                               : way == 1 ? 0xffU & ~((1U << sectors) - 1)
                                          : any;
    selection.tear =
        Tear{.page = page, .other_version = other, .sectors = static_cast<std::uint8_t>(mask)};
    add(CutKind::kTorn, std::move(selection));
  }

  void add_sizes() {
    Selection selection = uniform(true);
    for (std::size_t at = 0; at < selection.sizes.size(); ++at) {
      selection.sizes[at] = random_.below(pending_.sizes[at].versions);
    }
    draw_names(selection);
    add(CutKind::kSizes, std::move(selection));
  }

  void add_names(std::uint64_t set) {
    Selection selection = random_.chance(1, 2) ? uniform(true) : sampled();
    for (std::size_t at = 0; at < selection.names.size(); ++at) {
      selection.names[at] = ((set >> at) & 1U) != 0;
    }
    add(CutKind::kNames, std::move(selection));
  }

 private:
  Rest draw_rest() { return static_cast<Rest>(random_.below(3)); }

  void draw_sizes(Selection& selection) {
    const Rest rest = draw_rest();
    for (std::size_t at = 0; at < selection.sizes.size(); ++at) {
      const std::size_t versions = pending_.sizes[at].versions;
      selection.sizes[at] = rest == Rest::kAll       ? versions - 1
                            : rest == Rest::kNothing ? 0
                                                     : random_.below(versions);
    }
  }

  void draw_names(Selection& selection) {
    const Rest rest = draw_rest();
    // A journal keeps their order: all up to one of them. A file system without one need not.
    const bool in_order = random_.chance(1, 2);
    const std::size_t end = random_.below(selection.names.size() + 1);
    for (std::size_t at = 0; at < selection.names.size(); ++at) {
      const bool any = random_.chance(1, 2);
      selection.names[at] =
          rest == Rest::kAll || (rest == Rest::kAny && (in_order ? at < end : any));
    }
  }

  Random& random_;
  const Pending& pending_;
  std::vector<Cut> made_;
};

/// The pages that subsets are made of.
std::vector<std::size_t> pages_of_subsets(const Pending& pending, Inode focus) {
  std::vector<std::size_t> all;
  std::vector<std::size_t> of_focus;
  for (std::size_t at = 0; at < pending.pages.size(); ++at) {
    all.push_back(at);
    if (pending.pages[at].file == focus) {
      of_focus.push_back(at);
    }
  }
  return all.size() <= kSubsetPagesMax ? all : of_focus;
}

bool has_versions(const Pending& pending) {
  return std::any_of(pending.pages.begin(), pending.pages.end(),
                     [](const PendingPage& page) { return page.versions > 2; });
}

void add_page_cuts(Random& random, const Pending& pending, Inode focus, Drawing& drawing) {
  const std::vector<std::size_t> pages = pages_of_subsets(pending, focus);
  constexpr std::size_t kAlways = kSubsetPagesMax / 2;
  // So many that each number of pages gives about as many images.
  const bool all =
      !pages.empty() && pages.size() <= kSubsetPagesMax &&
      (pages.size() <= kAlways || random.chance(1, std::uint64_t{1} << (pages.size() - kAlways)));
  if (all) {
    drawing.add_subsets(pages);
  } else {
    for (std::size_t at = 0; at < kSampled; ++at) {
      drawing.add(CutKind::kSampled, drawing.sampled());
    }
  }
  for (std::size_t at = 0; at < kOfAKind; ++at) {
    drawing.add_torn();
    if (has_versions(pending)) {
      drawing.add_versions();
    }
  }
}

}  // namespace cuts

const char* cut_name(CutKind kind) {
  static const std::array<const char*, kCutKinds> kNames = {"nothing pending written",
                                                            "all pending written",
                                                            "pages: all subsets",
                                                            "pages: sampled",
                                                            "pages: any version",
                                                            "a page torn",
                                                            "sizes",
                                                            "names"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::vector<Cut> draw_cuts(Random& random, const Pending& pending, Inode focus) {
  cuts::Drawing drawing(random, pending);
  drawing.add(CutKind::kNothing, drawing.uniform(false));
  if (pending.empty()) {
    return drawing.take();
  }
  drawing.add(CutKind::kAll, drawing.uniform(true));
  if (!pending.pages.empty()) {
    cuts::add_page_cuts(random, pending, focus, drawing);
  }
  for (std::size_t at = 0; !pending.sizes.empty() && at < cuts::kOfAKind; ++at) {
    drawing.add_sizes();
  }
  if (pending.names > 0) {
    const bool all = pending.names <= cuts::kNamesAllMax;
    const std::uint64_t count = std::uint64_t{1} << std::min(pending.names, cuts::kNamesAllMax);
    for (std::uint64_t at = 0; at < count; ++at) {
      const std::uint64_t any = random.next();
      drawing.add_names(all ? at : any);
    }
  }
  return drawing.take();
}

}  // namespace buoyant::disk
