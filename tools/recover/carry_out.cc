// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/carry_out.h"

#include <optional>
#include <utility>

namespace buoyant::recover_tool {

namespace {

class Outcome final : public port::StorageEvents {
 public:
  virtual ~Outcome() = default;

  void on_written(WriteId /*through*/, port::WriteOutcome outcome, Error error) noexcept override {
    if (outcome == port::WriteOutcome::kDurable) {
      result = Result<void>();
    } else if (outcome == port::WriteOutcome::kNoSpace) {
      result = fail(Errc::kStorageFull, "append the new configuration", error.native());
    } else {
      result = fail(Errc::kStorageFailed, "append the new configuration", error.native());
    }
  }

  std::optional<Result<void>> result;
};

}  // namespace

Result<void> carry_out(std::unique_ptr<port::Storage> storage, port::StorageWrite write,
                       const Wait& wait) {
  Outcome outcome;
  storage->start(outcome);
  storage->write(std::move(write));
  const bool is_over = wait([&outcome] { return outcome.result.has_value(); });
  if (is_over) {
    // As a server ends: nothing is left in the journal.
    const auto closed = std::make_shared<bool>(false);
    storage->close([closed] { *closed = true; });
    static_cast<void>(wait([&closed] { return *closed; }));
  }
  // Before what it reports to.
  storage.reset();
  return is_over ? *outcome.result
                 : fail(Errc::kOutcomeUnknown, "the disk does not answer: look again later");
}

}  // namespace buoyant::recover_tool
