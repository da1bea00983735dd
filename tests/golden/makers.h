// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How the golden data directories are made by the present release.
#pragma once

#include <array>
#include <string>

namespace buoyant::golden {

struct Maker {
  /// Also of its files.
  const char* name;
  /// Makes a data directory at `live` and puts what is to be kept at `kept`; neither is there.
  void (*make)(const std::string& live, const std::string& kept);
};

/// Several terms, all kinds of entries, a joint configuration, a truncation, peers, a vote.
void make_log(const std::string& live, const std::string& kept);
/// Killed: a journal that went into the tables before, with batches that count.
void make_journal(const std::string& live, const std::string& kept);
/// A snapshot was taken, the log before it is gone, entries follow.
void make_compacted(const std::string& live, const std::string& kept);
/// Killed: a snapshot of another server replaced the log; half of a newer one came in.
void make_replaced(const std::string& live, const std::string& kept);
/// A write failed: the next opening must not trust what it reads.
void make_poisoned(const std::string& live, const std::string& kept);

inline constexpr std::array<Maker, 5> kMakers = {{{"log", make_log},
                                                  {"journal", make_journal},
                                                  {"compacted", make_compacted},
                                                  {"replaced", make_replaced},
                                                  {"poisoned", make_poisoned}}};

}  // namespace buoyant::golden
