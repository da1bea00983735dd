// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/hello.h"

namespace buoyant {

const char* refusal_message(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::kNone:
      return "accepted";
    case Refusal::kVersion:
      return "no wire version in common";
    case Refusal::kCluster:
      return "it belongs to another cluster";
    case Refusal::kNotMe:
      return "another server was expected at this address";
    case Refusal::kSelf:
      return "it claims the id of the server that it reached";
    case Refusal::kIncarnation:
      return "its data directory is not the one known under its id; remove the server and add it "
             "again";
    case Refusal::kOlderCopy:
      return "an older copy of its data directory was put back; remove the server and add it again";
    case Refusal::kCopiedTwice:
      return "two servers run on copies of one data directory; stop one, remove and add it again";
    case Refusal::kBootstrap:
      return "the two logs were bootstrapped with different members";
    case Refusal::kRemoved:
      return "it was removed from the cluster";
    case Refusal::kNotReady:
      return "the server is starting, closing or faulted";
    case Refusal::kTooMany:
      return "too many connections";
  }
  return "a reason of a later version";
}

const char* refused_message(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::kNone:
      return "it accepted this server";
    case Refusal::kVersion:
      return "it speaks no wire version in common with this server";
    case Refusal::kCluster:
      return "it belongs to another cluster than this server";
    case Refusal::kNotMe:
      return "it is another server than was expected at this address";
    case Refusal::kSelf:
      return "it has the id of this server";
    case Refusal::kIncarnation:
      return "this server's data directory is not the one known under its id; remove this server "
             "from the cluster and add it again";
    case Refusal::kOlderCopy:
      return "this server's data directory is an older copy that was put back; remove this server "
             "from the cluster and add it again";
    case Refusal::kCopiedTwice:
      return "another server runs on a copy of this server's data directory; stop one of them, "
             "remove it from the cluster and add it again";
    case Refusal::kBootstrap:
      return "this server was bootstrapped with other members";
    case Refusal::kRemoved:
      return "this server was removed from the cluster";
    case Refusal::kNotReady:
      return "it is starting, closing or faulted";
    case Refusal::kTooMany:
      return "it has too many connections";
  }
  return "a reason of a later version";
}

}  // namespace buoyant
