// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/life.h"

#include "tests/disk/draw.h"

#include <algorithm>
#include <fstream>

namespace buoyant::disk {

namespace life {

constexpr std::uint64_t kStepsMax = 14;
/// Of a life that goes on for long: the journal begins anew several times.
constexpr std::uint64_t kLongStepsMax = 50;
constexpr std::size_t kPartBytesMax = 60'000;
constexpr std::chrono::milliseconds kMoment(1);

std::string sentence(const char* what, const Error& error) {
  return std::string(what) + ": " + error.name() + " (" + error.context() + ", " +
         std::to_string(error.native()) + ")";
}

/// What the life before wrote with remember(), if anything.
std::optional<SnapshotMetadata> recall(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint64_t> numbers(256);
  file.read(reinterpret_cast<char*>(numbers.data()),
            static_cast<std::streamsize>(numbers.size() * sizeof(std::uint64_t)));
  numbers.resize(static_cast<std::size_t>(file.gcount()) / sizeof(std::uint64_t));
  if (numbers.empty()) {
    return std::nullopt;
  }
  const Note note = decode(std::as_bytes(std::span(numbers)));
  return std::get<Submitted>(note).change.snapshot;
}

void remember(const std::string& path, const SnapshotMetadata& metadata) {
  LogChange change;
  change.snapshot = metadata;
  const std::vector<std::uint64_t> numbers = encode(Submitted{change});
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(numbers.data()),
             static_cast<std::streamsize>(numbers.size() * sizeof(std::uint64_t)));
}

}  // namespace life

Life::Life(const std::string& root, std::string memory, std::uint64_t seed, SayNote say)
    : root_(root), memory_(std::move(memory)), random_(seed), say_(std::move(say)) {}

std::string Life::run() {
  is_bulky_ = random_.chance(1, 4);
  std::string failure = open(root_);
  const std::uint64_t steps_max = random_.chance(1, 3) ? life::kLongStepsMax : life::kStepsMax;
  const std::uint64_t steps = 1 + random_.below(steps_max);
  for (std::uint64_t at = 0; at < steps && failure.empty(); ++at) {
    failure = step();
  }
  if (!failure.empty() || !failure_.empty()) {
    return failure.empty() ? failure_ : failure;
  }
  if (random_.chance(1, 2)) {
    if (const Result<void> written = store_->wait_for_writes(); !written) {
      return life::sentence("write", written.error());
    }
  }
  store_->close();
  return failure_;
}

std::string Life::open(const std::string& root) {
  StoreOptions options{.root = root};
  if (random_.chance(1, 3)) {
    options.journal_quiet = life::kMoment;
  }
  Result<std::unique_ptr<Store>> opened = Store::open(options);
  if (!opened) {
    return life::sentence("open", opened.error());
  }
  store_ = std::move(*opened);
  const Result<LogState> log = store_->read_log();
  if (!log) {
    return life::sentence("read the log", log.error());
  }
  state_ = *log;
  if (state_.snapshot.id.position.index.is_set()) {
    snapshots_.push_back({.write = {}, .id = state_.snapshot.id});
  }
  store_->on_durable = [this](WriteId through) { on_durable(through); };
  const Identity& identity = store_->found().identity;
  say_(Opened{.incarnation = identity.incarnation,
              .starts = identity.start_counter,
              .log = state_,
              .snapshots = store_->snapshots().found()});
  receiving_ = life::recall(memory_);
  return receiving_ && random_.chance(2, 3) ? go_on_receiving() : std::string();
}

std::string Life::step() {
  switch (random_.below(12)) {
    case 0:
      begin_snapshot();
      return {};
    case 1:
    case 2:
      return receive_some();
    case 3:
      return check_current();
    default:
      return write_some();
  }
}

std::string Life::write_some() {
  const std::uint64_t count = 1 + random_.below(3);
  for (std::uint64_t at = 0; at < count; ++at) {
    const bool is_bulk = is_bulky_ && random_.chance(1, 3);
    submit(is_bulk ? draw_bulk(random_, state_) : draw_write(random_, state_, floor()));
  }
  if (random_.chance(2, 3)) {
    const Result<void> written = store_->wait_for_writes();
    return written ? std::string() : life::sentence("write", written.error());
  }
  if (random_.chance(1, 4)) {
    // Long enough for a moment of quiet.
    store_->loop().run_for(4 * life::kMoment);
  }
  // What has come back already is heard of.
  store_->loop().run_for(std::chrono::milliseconds(0));
  return {};
}

void Life::submit(port::StorageWrite write) {
  write.id = store_->next_write();
  const LogChange change = change_of(write);
  state_.apply(change);
  say_(Submitted{change});
  store_->submit(std::move(write));
}

void Life::submit_snapshot(const SnapshotMetadata& metadata, std::optional<Index> compact_through) {
  snapshots_.push_back({.write = store_->next_write(), .id = metadata.id});
  port::StorageWrite write;
  write.snapshot = metadata;
  write.compact_through = compact_through;
  submit(std::move(write));
}

void Life::on_durable(WriteId through) {
  say_(Written{through});
  bool moved = false;
  while (snapshots_.size() > 1 && snapshots_[1].write <= through) {
    snapshots_.erase(snapshots_.begin());
    moved = true;
  }
  // As the node does: the files of older snapshots go once a newer one is durably the current.
  if (moved || (snapshots_.size() == 1 && snapshots_[0].write == through)) {
    Retained retained;
    for (const Snapshotted& snapshot : snapshots_) {
      retained.ids.push_back(snapshot.id);
    }
    say_(retained);
    retentions_ += 1;
    store_->snapshots().retain_only(retained.ids);
  }
}

/// What is truncated lies behind it: it is committed.
Index Life::floor() const {
  const Index created = creating_ ? creating_->id.position.index : Index();
  return std::max({state_.base.index, state_.snapshot.id.position.index, created});
}

void Life::begin_snapshot() {
  if (creating_ || state_.last() <= floor()) {
    return;
  }
  const Index at = floor() + (1 + random_.below(state_.last() - floor()));
  creating_ = SnapshotMetadata{
      .id = {.position = {.term = state_.term_at(at), .index = at}, .creator = kServer},
      .configuration = some_configuration(),
      .configuration_index = Index(1)};
  store_->snapshots().create(
      *creating_, make_source(creating_->id),
      [this](Result<SnapshotMetadata> created) { on_created(std::move(created)); });
}

void Life::on_created(Result<SnapshotMetadata> created) {
  creating_.reset();
  if (!created) {
    failure_ = life::sentence("create a snapshot", created.error());
    return;
  }
  say_(SnapshotDurable{created->id});
  const Index at = created->id.position.index;
  if (at > state_.snapshot.id.position.index && at > state_.base.index) {
    // Some entries stay before it.
    const Index through = state_.base.index + (1 + random_.below(at - state_.base.index));
    submit_snapshot(*created, through);
  }
}

std::string Life::receive_some() {
  if (!receiving_) {
    begin_receiving();
  }
  if (!receiving_) {
    return {};
  }
  const Bytes contents = snapshot_contents(receiving_->id);
  const std::size_t left = contents.size() - received_;
  const std::size_t size = std::min<std::size_t>(left, 1 + random_.below(life::kPartBytesMax));
  const std::uint64_t retentions = retentions_;
  const Result<std::uint64_t> held = store_->ask<std::uint64_t>([&](auto done) {
    store_->snapshots().receive(*receiving_, received_, contents.slice(received_, size),
                                std::move(done));
  });
  if (!held) {
    return life::sentence("receive a snapshot", held.error());
  }
  received_ = *held;
  // Else it may have been removed meanwhile, and is asked for again.
  if (received_ == receiving_->bytes && retentions == retentions_) {
    on_received();
  }
  return {};
}

/// What the life before had received.
std::string Life::go_on_receiving() {
  const Result<std::uint64_t> held = store_->ask<std::uint64_t>(
      [&](auto done) { store_->snapshots().held(*receiving_, std::move(done)); });
  if (!held) {
    return life::sentence("ask what is held", held.error());
  }
  received_ = *held;
  if (received_ == receiving_->bytes && receiving_->bytes > 0) {
    on_received();
  }
  return {};
}

void Life::begin_receiving() {
  if (!state_.hard_state.term.is_set()) {
    return;
  }
  // Mostly beyond the log, sometimes in it.
  const Index from = random_.chance(3, 4) ? state_.last() : floor();
  const Index at = from + (1 + random_.below(4));
  receiving_ = with_contents({.id = {.position = {.term = state_.hard_state.term, .index = at},
                                     .creator = ServerId(2),
                                     .sequence = 1 + random_.below(1'000'000)},
                              .configuration = some_configuration(),
                              .configuration_index = Index(1)});
  received_ = 0;
  life::remember(memory_, *receiving_);
  say_(Receiving{*receiving_});
}

void Life::on_received() {
  const SnapshotMetadata metadata = *receiving_;
  receiving_.reset();
  say_(SnapshotDurable{metadata.id});
  if (metadata.id.position.index > floor()) {
    submit_snapshot(metadata, std::nullopt);
  }
}

std::string Life::check_current() {
  if (!state_.snapshot.id.position.index.is_set()) {
    return {};
  }
  const Result<void> checked = store_->check_snapshot(state_.snapshot.id);
  return checked ? std::string() : life::sentence("read the current snapshot", checked.error());
}

}  // namespace buoyant::disk
