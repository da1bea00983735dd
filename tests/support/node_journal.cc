// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The state machine of the node cluster: a list of commands, its snapshots one line for each.

#include "tests/support/node_cluster.h"

#include <sstream>
#include <utility>

namespace buoyant::node_cluster {

void Journal::apply(std::vector<Command> batch, ApplyDone done) noexcept {
  std::vector<Bytes> replies;
  for (Command& command : batch) {
    replies.push_back(Bytes::copy_of(std::string(command.payload.text()) + "!"));
    commands.push_back(std::move(command));
  }
  batches.push_back(batch.size());
  if (inside) {
    inside();
  }
  if (pace == Pace::kAtOnce) {
    done(std::move(replies));
  } else {
    waiting.emplace_back(std::move(done), std::move(replies));
  }
}

/// Reads a copy of the commands, one line each: "INDEX TERM TEXT".
class JournalSource final : public SnapshotSource {
 public:
  explicit JournalSource(const std::vector<Command>& commands) {
    for (const Command& command : commands) {
      text_ += std::to_string(command.index.value()) + ' ' + std::to_string(command.term.value()) +
               ' ' + std::string(command.payload.text()) + '\n';
    }
  }

  Result<Bytes> read(std::size_t bytes_max) noexcept override {
    const std::string part = text_.substr(0, bytes_max);
    text_.erase(0, part.size());
    return Bytes::copy_of(part);
  }

 private:
  std::string text_;
};

class JournalTarget final : public SnapshotTarget {
 public:
  explicit JournalTarget(Journal& journal) : journal_(journal) {}

  Result<void> write(ByteView chunk) noexcept override {
    text_ += text_of(chunk);
    return {};
  }

  Result<void> finish() noexcept override {
    std::vector<Command> commands;
    std::istringstream lines(text_);
    std::uint64_t index = 0;
    std::uint64_t term = 0;
    std::string text;
    while (lines >> index >> term && lines.get() == ' ' && std::getline(lines, text)) {
      commands.push_back(
          {.index = Index(index), .term = Term(term), .payload = Bytes::copy_of(text)});
    }
    journal_.commands = std::move(commands);
    journal_.installed += 1;
    return {};
  }

 private:
  Journal& journal_;
  std::string text_;
};

std::unique_ptr<SnapshotSource> Journal::capture() noexcept {
  return gives_snapshots ? std::make_unique<JournalSource>(commands) : nullptr;
}

std::unique_ptr<SnapshotTarget> Journal::install() noexcept {
  return takes_snapshots ? std::make_unique<JournalTarget>(*this) : nullptr;
}

bool Journal::finish_one() {
  if (waiting.empty()) {
    return false;
  }
  auto [done, replies] = std::move(waiting.front());
  waiting.pop_front();
  done(std::move(replies));
  return true;
}

void Journal::reset() {
  pace = Pace::kAtOnce;
  commands.clear();
  batches.clear();
  waiting.clear();
  gives_snapshots = true;
  takes_snapshots = true;
  installed = 0;
  inside = nullptr;
}

std::vector<std::string> Journal::texts() const {
  std::vector<std::string> result;
  for (const Command& command : commands) {
    result.emplace_back(command.payload.text());
  }
  return result;
}

}  // namespace buoyant::node_cluster
