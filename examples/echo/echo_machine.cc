// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/echo_machine.h"

#include "examples/echo/count_snapshot.h"

#include <string>
#include <utility>

namespace echo {

void EchoMachine::apply(std::vector<buoyant::Command> commands, buoyant::ApplyDone done) noexcept {
  std::string text;
  std::vector<buoyant::Bytes> replies;
  replies.reserve(commands.size());
  for (buoyant::Command& command : commands) {
    if (print_ != nullptr) {
      text +=
          std::to_string(command.index.value()) + ' ' + std::to_string(command.term.value()) + ' ';
      text.append(command.payload.text()).push_back('\n');
    }
    replies.push_back(std::move(command.payload));
  }
  if (print_ != nullptr) {
    std::fwrite(text.data(), 1, text.size(), print_);
    std::fflush(print_);
  }
  lines_ += replies.size();
  done(std::move(replies));
}

std::unique_ptr<buoyant::SnapshotSource> EchoMachine::capture() noexcept {
  return std::make_unique<CountSource>(lines_);
}

std::unique_ptr<buoyant::SnapshotTarget> EchoMachine::install() noexcept {
  return std::make_unique<CountTarget>(lines_);
}

}  // namespace echo
