// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/picture.h"

#include "buoyant/base/assert.h"

#include <csignal>
#include <cstdio>
#include <utility>

namespace buoyant::sim_tool {

namespace {

/// Whose run an assertion may end.
Picture* present = nullptr;

/// abort() calls it on the thread of the run, from a place where nothing holds a lock: all of C++
/// may be used, though a handler of signals in general may not.
extern "C" void on_abort(int /*signal*/) {
  if (Picture* const picture = std::exchange(present, nullptr)) {
    picture->write_aborted();
  }
}

}  // namespace

Picture::Picture(const std::string& path, std::size_t events_max, std::string commit)
    : path_(path),
      events_max_(events_max),
      commit_(std::move(commit)),
      file_(path, std::ios::binary),
      recording_(events_max) {}

Picture::~Picture() {
  rest();
}

void Picture::rest() {
  if (present == this) {
    present = nullptr;
    (void)std::signal(SIGABRT, SIG_DFL);
  }
}

simulation::TraceSink Picture::listen(const simulation::Plan& plan) {
  BUOYANT_ASSERT(present == nullptr || present == this);
  present = this;
  (void)std::signal(SIGABRT, on_abort);
  plan_ = plan;
  recording_ = Recording(events_max_);
  return [this](const simulation::TraceEvent& event) { recording_.add(event); };
}

bool Picture::write(const simulation::Report& report, bool is_shrunk) {
  const std::string page =
      make_page(recording_, {.report = report, .commit = commit_, .is_shrunk = is_shrunk});
  file_ << page;
  file_.close();
  if (!file_) {
    std::fprintf(stderr, "buoyant-sim: %s cannot be written\n", path_.c_str());
    return false;
  }
  const std::size_t events = recording_.events().size();
  std::printf("wrote %s: %.1f MB, the last %zu of %zu events\n", path_.c_str(),
              static_cast<double>(page.size()) / 1e6, events,
              events + static_cast<std::size_t>(recording_.dropped()));
  std::fflush(stdout);
  return true;
}

void Picture::write_aborted() {
  simulation::TraceEvent end{
      .server = {}, .what = "violation", .detail = "assert: an assertion failed", .numbers = {}};
  end.at = recording_.events().empty() ? Instant() : recording_.events().back().at;
  recording_.add(end);
  simulation::Report report{.plan = plan_,
                            .violation = simulation::Violation{.check = "assert",
                                                               .text = "an assertion failed, "
                                                                       "stderr says which",
                                                               .at = end.at}};
  report.totals.simulated = end.at.since_start();
  (void)write(report, false);
}

}  // namespace buoyant::sim_tool
