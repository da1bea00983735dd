// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/power_cut.h"

#include "buoyant/base/assert.h"
#include "tests/disk/child.h"
#include "tests/disk/examine.h"
#include "tests/disk/recording.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <utility>

namespace buoyant::disk {

namespace power_cut {

constexpr unsigned kSecondsMax = 60;
/// One image in so many gets another life.
constexpr std::uint64_t kSecondOneIn = 40;
constexpr std::uint64_t kSecondImages = 40;
/// An image's number is its event's times this, and its place among those of the event.
constexpr std::uint64_t kNumbersOfAPoint = 100'000;

struct Level {
  std::uint64_t number = 1;
  std::uint64_t seed = 0;
  std::uint64_t images = 0;
  std::string record;
};

/// One record, cut at many points.
class Run {
 public:
  Run(const CutOptions& options, Level level, CutReport& report)
      : options_(options), level_(std::move(level)), report_(report), record_(level_.record) {}

  void go() {
    BUOYANT_ASSERT(!record_.events().empty());
    first_ = first_point(record_);
    choose_points();
    Replay replay(options_, record_);
    report_.figures.events += record_.events().size();
    for (std::size_t at = 0; at < record_.events().size() && !report_.failure; ++at) {
      if (points_.count(at) != 0) {
        cut_at(at, replay);
      }
      if (const std::string wrong = replay.step(at, at < first_); !wrong.empty()) {
        fail(wrong, "the record");
      }
    }
    report_.figures.lies += replay.liar.count();
  }

 private:
  /// The model of the disk and the ledger of the notes, event by event.
  class Replay {
   public:
    Replay(const CutOptions& options, const Record& record)
        : liar(options.lie), model(record.events().front().header.inode), record_(record) {}

    /// `trusted`: nothing of it is left out.
    std::string step(std::size_t at, bool trusted) {
      const Event& event = record_.events()[at];
      if (trusted || !liar.swallows(event, model)) {
        model.apply(event);
      }
      return event.header.action == Action::kNote ? ledger.add(decode(event.content))
                                                  : std::string();
    }

    Liar liar;
    Model model;
    Ledger ledger;

   private:
    const Record& record_;
  };

  static bool is_sync_end(const Event& event) {
    return event.header.action == Action::kSyncEnd || event.header.action == Action::kWritten;
  }

  /// About how many images a point gives.
  static std::uint64_t estimate(const Pending& pending) {
    constexpr std::uint64_t kMany = 40;
    const std::size_t pages = std::min<std::size_t>(pending.pages.size(), 6);
    return pending.empty() ? 1 : std::min(kMany, (std::uint64_t{1} << pages) + 8);
  }

  /// Points at random, most of them before a sync ends, until there are about enough images.
  void choose_points() {
    if (options_.only) {
      points_.insert(*options_.only / kNumbersOfAPoint);
      return;
    }
    Random random(level_.seed);
    Replay replay(options_, record_);
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    std::vector<std::uint64_t> estimates(record_.events().size());
    for (std::size_t at = 0; at < record_.events().size(); ++at) {
      if (at >= first_) {
        const std::uint64_t rank = random.below(1'000'000);
        order.emplace_back(is_sync_end(record_.events()[at]) ? rank / 8 : rank, at);
        estimates[at] = estimate(replay.model.pending());
      }
      static_cast<void>(replay.step(at, at < first_));
    }
    std::sort(order.begin(), order.end());
    std::uint64_t images = 0;
    for (const auto& [rank, at] : order) {
      if (images >= level_.images) {
        break;
      }
      points_.insert(at);
      images += estimates[at];
    }
  }

  void cut_at(std::size_t at, const Replay& replay) {
    const Event& event = record_.events()[at];
    const Pending pending = replay.model.pending();
    const Inode focus = is_sync_end(event) ? replay.model.id_of(event.header.inode) : 0;
    Random random(level_.seed * 1'000'003 + at);
    report_.figures.points += 1;
    bool is_whole = false;
    std::uint64_t next_image = at * kNumbersOfAPoint;
    for (const Cut& cut : draw_cuts(random, pending, focus)) {
      is_whole = is_whole || cut.kind == CutKind::kSubset;
      const std::uint64_t number = next_image++;
      const std::uint64_t seed = random.next();
      const bool gets_second = random.chance(1, kSecondOneIn) && level_.number == 1;
      if (report_.failure || (options_.only && number != *options_.only)) {
        continue;
      }
      count(cut, pending, replay);
      const Image image = replay.model.image(cut.selection);
      if (std::string wrong = try_image(image, replay.ledger.expectation(), seed); !wrong.empty()) {
        image_ = number;
        fail(wrong, describe(at, cut, pending, replay));
      } else if (gets_second && !options_.only) {
        cut_again(image, replay.ledger.expectation(), seed);
      }
    }
    report_.figures.whole_points += is_whole ? 1U : 0U;
  }

  [[nodiscard]] std::string try_image(const Image& image, const Expectation& expected,
                                      std::uint64_t seed) const {
    const std::string root = options_.scratch + "/image";
    const ChildEnd end = run_child(kSecondsMax, [&] {
      write_image(root, image);
      return examine(root, expected, seed);
    });
    return end.signal == 0 ? end.text : "ended by " + signal_name(end.signal);
  }

  /// Another life begins on this image, and power is lost again.
  void cut_again(const Image& image, const Expectation& expected, std::uint64_t seed) {
    Level second{.number = 2,
                 .seed = seed,
                 .images = kSecondImages,
                 .record = options_.scratch + "/second.record"};
    LifeCounts counts;
    if (const std::string wrong =
            record_second(options_, second.record, image, expected, seed, counts);
        !wrong.empty()) {
      fail(wrong, "a life after a power cut");
      return;
    }
    report_.figures.lives += counts.lives;
    report_.figures.kills += counts.kills;
    Run(options_, std::move(second), report_).go();
  }

  void count(const Cut& cut, const Pending& pending, const Replay& replay) {
    auto& row = report_.figures.counts.at(static_cast<std::size_t>(cut.kind));
    const auto add = [&row](CutColumn column, bool is_one) {
      row.at(static_cast<std::size_t>(column)) += is_one ? 1U : 0U;
    };
    bool data = false;
    bool snapshots = false;
    for (const PendingPage& page : pending.pages) {
      const std::string path = replay.model.path_of_pending(page.file);
      data = data || path.ends_with("data.mdb");
      snapshots = snapshots || path.starts_with("data/snapshots/");
    }
    add(CutColumn::kImages, true);
    add(CutColumn::kDataPages, data);
    add(CutColumn::kSnapshotPages, snapshots);
    add(CutColumn::kSizes, !pending.sizes.empty());
    add(CutColumn::kNames, pending.names > 0);
    add(CutColumn::kOpenWrites, replay.ledger.open_writes() > 0);
    add(CutColumn::kSecond, level_.number > 1);
  }

  [[nodiscard]] std::string describe(std::size_t at, const Cut& cut, const Pending& pending,
                                     const Replay& replay) const {
    std::ostringstream text;
    text << cut_name(cut.kind) << ", before event " << at << " of " << record_.events().size()
         << " (action " << static_cast<unsigned>(record_.events()[at].header.action) << " on \""
         << replay.model.path_of(record_.events()[at].header.inode) << "\"); "
         << pending.pages.size() << " pages, " << pending.sizes.size() << " sizes, "
         << pending.names << " names pending; written:";
    for (std::size_t page = 0; page < pending.pages.size() && page < 24; ++page) {
      text << ' ' << replay.model.path_of_pending(pending.pages[page].file) << ':'
           << pending.pages[page].page << '=' << cut.selection.pages[page];
    }
    return text.str();
  }

  void fail(const std::string& wrong, const std::string& where) {
    const std::string kept =
        options_.keep + "/power-cut-" + std::to_string(level_.seed) + ".record";
    std::error_code ignored;
    if (!options_.keep.empty()) {
      std::filesystem::copy_file(level_.record, kept,
                                 std::filesystem::copy_options::overwrite_existing, ignored);
    }
    report_.failure =
        CutFailure{.seed = level_.seed,
                   .image = image_,
                   .text = wrong + " [" + where + "; level " + std::to_string(level_.number) + "]",
                   .record = kept};
  }

  const CutOptions& options_;
  Level level_;
  CutReport& report_;
  Record record_;
  std::size_t first_ = 0;
  std::set<std::size_t> points_;
  std::uint64_t image_ = 0;
};

}  // namespace power_cut

CutReport cut_power(const CutOptions& options, std::uint64_t seed) {
  CutReport report;
  power_cut::Level level{
      .number = 1, .seed = seed, .images = options.images, .record = options.record};
  if (level.record.empty()) {
    level.record = options.scratch + "/lives.record";
    LifeCounts counts;
    const std::string wrong = record_lives(options, level.record, seed, counts);
    if (!wrong.empty()) {
      report.failure = CutFailure{.seed = seed, .image = 0, .text = wrong, .record = {}};
      return report;
    }
    report.figures.lives += counts.lives;
    report.figures.kills += counts.kills;
  }
  power_cut::Run(options, std::move(level), report).go();
  return report;
}

}  // namespace buoyant::disk
