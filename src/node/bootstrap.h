// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The beginning of a cluster: one identical first entry on all initial voters.
///
/// It is as if a leader of term 1 had replicated it: position (term 1, index 1), the same bytes
/// everywhere, so that logs that begin with it match, and logs that begin otherwise are told
/// apart by its checksum. It is written before a core exists that knows of it: the core that ran
/// on the empty log is set aside when bootstrap is asked for, and one that is restored from the
/// result takes its place. In between nothing is received, asked or granted.
#pragma once

#include "buoyant/core/restored_state.h"
#include "buoyant/node.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/storage.h"

#include <optional>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class Bootstrap {
 public:
  /// The first entry for these members.
  /// Errors: kInvalidConfiguration (also: `self` is not in it, or under another address than
  /// `address` unless that is empty).
  static Result<ConfigurationAt> plan(std::vector<Member> members, ServerId self,
                                      const std::string& address);

  static Entry entry_of(const Configuration& configuration, port::Codec& codec);

  /// Asks for the entry to be written once nothing else is under way.
  void want(ConfigurationAt configuration, Entry entry, std::uint64_t checksum);

  /// True: the core is set aside.
  [[nodiscard]] bool is_under_way() const noexcept { return wanted_.has_value(); }

  [[nodiscard]] bool is_submitted() const noexcept { return write_.is_set(); }

  [[nodiscard]] std::uint64_t checksum() const noexcept { return wanted_ ? wanted_->checksum : 0; }

  /// The write: the entry, and the term that it stands for.
  [[nodiscard]] port::StorageWrite make_write(const HardState& present) const;

  void submitted(WriteId write) noexcept { write_ = write; }

  /// True: the write is among those that completed through `through`.
  [[nodiscard]] bool is_completed_by(WriteId through) const noexcept {
    return write_.is_set() && write_ <= through;
  }

  /// It is durable: what the new core starts from. Nothing is under way any more.
  [[nodiscard]] core::RestoredState finish(const HardState& present);

  /// It is not, and will not be.
  void give_up() noexcept;

  void add_waiter(BootstrapDone done) { waiters_.push_back(std::move(done)); }

  [[nodiscard]] std::vector<BootstrapDone> take_waiters() { return std::exchange(waiters_, {}); }

  [[nodiscard]] bool has_waiters() const noexcept { return !waiters_.empty(); }

 private:
  struct Wanted {
    ConfigurationAt configuration;
    Entry entry;
    std::uint64_t checksum = 0;
  };

  static HardState hard_state_after(const HardState& present) noexcept;

  std::optional<Wanted> wanted_;
  WriteId write_;
  std::vector<BootstrapDone> waiters_;
};

}  // namespace buoyant::node
