// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/verify_log.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

/// Of records in one view; less when a view does not hold.
constexpr std::uint64_t kStepBytes = std::uint64_t{8} << 20U;

/// A record that fails its checks reaches up to the next one.
struct Broken {
  Index first;
  std::uint64_t page = 0;
};

/// Where the check has got to.
struct Standing {
  /// The next entry that was not checked; not set at the beginning.
  Index next;
  std::optional<Broken> broken;
};

/// What is in one view. Absent: it fails its checks, and is not compared with.
struct Known {
  std::optional<lmdb::GroupState> state;
  std::optional<std::vector<TermRun>> runs;
  std::optional<std::vector<port::StoredConfiguration>> configurations;
};

/// The records of one view, from a standing on.
class Step {
 public:
  Step(Known known, Standing standing) : known_(std::move(known)), standing_(standing) {
    if (known_.state) {
      run_end_ = known_.state->base.index;
      // What a server that runs has compacted meanwhile is no longer the log.
      standing_.next = std::max(standing_.next, known_.state->base.index.next());
    }
  }

  [[nodiscard]] Index from() const { return standing_.next; }

  /// False: this was enough, or the log ends.
  bool take(const lmdb::StoredRecord& record, std::uint64_t bytes_max) {
    if (bytes_ >= bytes_max) {
      return false;
    }
    if (standing_.broken && standing_.broken->first == record.first) {
      // The last one of the step before.
      return true;
    }
    if (known_.state && record.first > known_.state->last) {
      is_over_ = true;
      wrong("a record behind the log's end", record.first, record.first, record.page);
      return false;
    }
    bytes_ += record.bytes;
    report_.records += 1;
    report_.log_bytes += record.bytes;
    if (!record.view) {
      end_broken(record.first);
      standing_.broken = Broken{.first = record.first, .page = record.page};
      standing_.next = std::max(standing_.next, record.first.next());
      return true;
    }
    take_whole(*record.view, record.page);
    return true;
  }

  /// The view has no more records.
  void end(bool stopped) {
    is_over_ = is_over_ || !stopped;
    if (!is_over_) {
      return;
    }
    const Index end = known_.state ? known_.state->last.next() : standing_.next;
    end_broken(std::max(end, standing_.next));
    if (standing_.next < end) {
      missing(end);
    }
  }

  [[nodiscard]] bool is_over() const { return is_over_; }

  [[nodiscard]] const Standing& standing() const { return standing_; }

  Report& report() { return report_; }

 private:
  void wrong(const char* what, Index first, Index last, std::uint64_t page) {
    report_.add(
        {.part = "log", .what = what, .index = first.value(), .last = last.value(), .page = page});
  }

  void missing(Index end) {
    report_.add({.part = "log",
                 .what = "not there",
                 .index = standing_.next.value(),
                 .last = end.previous().value()});
  }

  void end_broken(Index end) {
    if (standing_.broken) {
      const Broken broken = *std::exchange(standing_.broken, std::nullopt);
      // The beginning of it may be compacted.
      const Index base = known_.state ? known_.state->base.index : Index();
      const Index first = std::max(broken.first, std::min(base.next(), end.previous()));
      wrong("a record that fails its checks", first, end.previous(), broken.page);
      standing_.next = std::max(standing_.next, end);
    }
  }

  void take_whole(const lmdb::RecordView& view, std::uint64_t page) {
    end_broken(view.first());
    // The first one of a step may begin before it; also when a server that runs has put another
    // one in its place.
    const bool reaches_back = is_first_ && view.first() < standing_.next;
    if (is_first_ && view.last() < standing_.next) {
      // It ends before what is to be checked.
      report_.records -= 1;
      return;
    }
    if (view.first() > standing_.next && known_.state) {
      missing(view.first());
    } else if (view.first() < standing_.next && standing_.next.is_set() && !reaches_back) {
      wrong("two records have the same entries", view.first(), view.last(), page);
      return;
    }
    const Index begin = std::max(view.first(), standing_.next);
    for (std::uint32_t at = static_cast<std::uint32_t>(begin - view.first()); at < view.count();
         ++at) {
      check_entry(view, at, page);
    }
    report_.entries += view.last() - begin + 1;
    if (known_.state && view.last() > known_.state->last) {
      wrong("a record that reaches beyond the log's end", view.first(), view.last(), page);
    }
    is_first_ = false;
    standing_.next = view.last().next();
  }

  void check_entry(const lmdb::RecordView& view, std::uint32_t at, std::uint64_t page) {
    const Index index = view.first() + at;
    if (known_.state && known_.runs && index <= known_.state->last) {
      while (run_end_ < index && run_ < known_.runs->size()) {
        run_end_ = run_end_ + (*known_.runs)[run_].count;
        run_ += 1;
      }
      if (run_ == 0 || (*known_.runs)[run_ - 1].term != view.term(at)) {
        wrong("it is of another term than the table of terms says", index, index, page);
      }
    }
    if (known_.configurations) {
      check_configuration(view, at, page);
    }
  }

  void check_configuration(const lmdb::RecordView& view, std::uint32_t at, std::uint64_t page) {
    const Index index = view.first() + at;
    const auto& all = *known_.configurations;
    while (configuration_ < all.size() && all[configuration_].index < index) {
      configuration_ += 1;
    }
    const bool is_stored = configuration_ < all.size() && all[configuration_].index == index;
    const bool is_one = view.kind(at) == EntryKind::kConfiguration;
    if (is_stored != is_one) {
      wrong(is_one ? "it is a configuration that the table of configurations lacks"
                   : "it is not the configuration that the table of configurations has",
            index, index, page);
    } else if (is_one) {
      const ByteView payload = view.payloads(at + 1).subspan(view.payloads(at).size());
      if (!std::ranges::equal(payload, all[configuration_].payload.view())) {
        wrong("the table of configurations has another one", index, index, page);
      }
    }
  }

  Known known_;
  Standing standing_;
  Report report_;
  std::uint64_t bytes_ = 0;
  bool is_first_ = true;
  bool is_over_ = false;
  /// Up to where runs [0, run_) reach.
  Index run_end_;
  std::size_t run_ = 0;
  std::size_t configuration_ = 0;
};

template <class T>
std::optional<T> good(Result<T> result) {
  return result ? std::optional<T>(std::move(*result)) : std::nullopt;
}

Known know(lmdb::LogImage& image) {
  Known known;
  known.state = good(image.state());
  if (known.state) {
    known.runs = good(image.runs(*known.state));
    known.configurations = good(image.configurations(*known.state));
  }
  return known;
}

Result<Step> step(const lmdb::PageFile& file, const lmdb::FileHeader& view, int tries,
                  const Standing& standing) {
  lmdb::LogImage values(file, view, GroupId(0));
  Step step(know(values), standing);
  lmdb::LogImage image(file, view, GroupId(0));
  bool stopped = false;
  image.records(step.from(), [&](const lmdb::StoredRecord& record) {
    stopped = !step.take(record, kStepBytes >> std::min(tries, 16));
    return !stopped;
  });
  step.end(stopped);
  step.report().add("log", image.damages());
  return step;
}

}  // namespace

Result<void> verify_records(const lmdb::PageFile& file, Report& report,
                            const OnProgress& on_progress) {
  Standing standing;
  for (bool is_over = false; !is_over;) {
    Result<Step> done = lmdb::read_view<Step>(file, [&](const lmdb::FileHeader& view, int tries) {
      return step(file, view, tries, standing);
    });
    if (!done) {
      return fail(done.error());
    }
    const Report& found = done->report();
    report.damages.insert(found.damages.begin(), found.damages.end());
    report.records += found.records;
    report.entries += found.entries;
    report.log_bytes += found.log_bytes;
    on_progress(found.log_bytes);
    standing = done->standing();
    is_over = done->is_over();
  }
  return {};
}

}  // namespace buoyant::inspect_tool
