// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/forward_answers.h"

namespace buoyant::node {

void ForwardAnswers::accept(ServerId peer, std::uint64_t sequence, std::uint64_t count,
                            LogPosition first) {
  std::vector<ForwardResult>& results = replies_[peer].results;
  if (!results.empty()) {
    ForwardResult& last = results.back();
    const bool continues = last.first_sequence + last.count == sequence &&
                           last.first.index.is_set() && last.first.term == first.term &&
                           last.first.index + last.count == first.index;
    if (continues) {
      last.count += count;
      return;
    }
  }
  add(results, {.first_sequence = sequence, .count = count, .first = first});
}

void ForwardAnswers::refuse(ServerId peer, std::uint64_t sequence, std::uint64_t count, Errc why) {
  std::vector<ForwardResult>& results = replies_[peer].results;
  if (!results.empty()) {
    ForwardResult& last = results.back();
    const bool continues = last.first_sequence + last.count == sequence;
    if (continues && !last.first.index.is_set() && last.refusal == why) {
      last.count += count;
      return;
    }
  }
  add(results, {.first_sequence = sequence, .count = count, .first = {}, .refusal = why});
}

void ForwardAnswers::add(std::vector<ForwardResult>& results, ForwardResult result) {
  // The sequences are the peer's: they need not rise, but in an answer they do.
  const bool rises = results.empty() ||
                     results.back().first_sequence + results.back().count <= result.first_sequence;
  if (rises && results.size() < kResultsMax) {
    results.push_back(result);
  }
}

void ForwardAnswers::send(port::Transport& transport) {
  for (auto reply = replies_.begin(); reply != replies_.end();) {
    const Frame frame = codec_.encode(GroupId(), reply->second);
    const port::SendResult result = transport.send(reply->first, port::Channel::kReply, frame);
    const bool keep = result == port::SendResult::kQueueFull;
    reply = keep ? std::next(reply) : replies_.erase(reply);
  }
}

}  // namespace buoyant::node
