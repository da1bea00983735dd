// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Requests: each lies in the user's memory until its callback, which may free it.

#include "adapters/c/error.h"
#include "adapters/c/handle.h"
#include "adapters/c/values.h"
#include "buoyant/c/node.h"

#include <utility>

namespace buoyant::c_api {

namespace {

/// How a request begins: nothing is wrong with it, and nothing came of it.
template <class Request>
void begin(Request& request) noexcept {
  void* data = request.data;
  request = Request{};
  request.data = data;
  request.error = kNoError;
}

/// Tells the user what a request came to; after that it is his again.
template <class Request>
void finish(Request* request, void (*callback)(Request*, int), int status) {
  if (callback != nullptr) {
    callback(request, status);
  }
}

/// What a call that was refused, or taken, returns.
template <class Request>
int answer(Request& request, const Result<void>& accepted) noexcept {
  return accepted ? 0 : report(accepted.error(), &request.error);
}

/// A callback of the node that fills in the request and runs the user's. Two pointers: it needs no
/// memory of its own.
template <auto Fill, class Request>
auto on_outcome(Request* request, void (*callback)(Request*, int)) {
  return [request, callback](const auto& outcome) {
    int status = 0;
    if (outcome) {
      Fill(*request, outcome);
    } else {
      status = report(outcome.error(), &request->error);
    }
    finish(request, callback, status);
  };
}

void fill_bootstrap(buoyant_bootstrap_t& /*request*/, const Result<void>& /*outcome*/) {}

void fill_propose(buoyant_propose_t& request, const Result<Applied>& outcome) {
  request.position = show(outcome->position);
  request.reply = show(outcome->reply);
}

void fill_read(buoyant_read_t& request, const Result<Index>& outcome) {
  request.applied = outcome->value();
}

void fill_change(buoyant_change_t& request, const Result<Index>& outcome) {
  request.index = outcome->value();
}

void fill_transfer(buoyant_transfer_t& request, const Result<ServerId>& outcome) {
  request.leader = outcome->value();
}

void fill_snapshot(buoyant_snapshot_t& request, const Result<SnapshotMetadata>& outcome) {
  request.position = show(outcome->id.position);
  request.bytes = outcome->bytes;
  request.creator = outcome->id.creator.value();
  request.sequence = outcome->id.sequence;
  request.checksum = outcome->id.checksum;
  request.configuration_index = outcome->configuration_index.value();
}

}  // namespace

}  // namespace buoyant::c_api

namespace c_api = buoyant::c_api;

int buoyant_bootstrap(buoyant_bootstrap_t* request, buoyant_node_t* node,
                      const buoyant_member_t* members, size_t count, buoyant_bootstrap_cb cb) {
  c_api::begin(*request);
  auto list = c_api::members_of(members, count);
  if (!list) {
    return c_api::report(list.error(), &request->error);
  }
  return c_api::answer(
      *request, node->node->bootstrap(std::move(*list),
                                      c_api::on_outcome<c_api::fill_bootstrap>(request, cb)));
}

int buoyant_propose(buoyant_propose_t* request, buoyant_node_t* node, const buoyant_buf_t* bufs,
                    size_t count, buoyant_propose_cb cb) {
  c_api::begin(*request);
  return c_api::answer(*request,
                       node->node->propose(c_api::gather(bufs, count),
                                           c_api::on_outcome<c_api::fill_propose>(request, cb)));
}

int buoyant_read(buoyant_read_t* request, buoyant_node_t* node, int mode, buoyant_read_cb cb) {
  c_api::begin(*request);
  if (mode != BUOYANT_READ_LINEARIZABLE && mode != BUOYANT_READ_LEASE) {
    return c_api::report(buoyant::Error(buoyant::Errc::kInvalidOptions, "the mode of a read"),
                         &request->error);
  }
  return c_api::answer(*request,
                       node->node->read(static_cast<buoyant::ReadMode>(mode),
                                        c_api::on_outcome<c_api::fill_read>(request, cb)));
}

buoyant_staleness_t buoyant_staleness(const buoyant_node_t* node) {
  const buoyant::Staleness staleness = node->node->staleness();
  const bool is_known = staleness.age != buoyant::Duration::max();
  return {.applied = staleness.applied.value(),
          .age_ns = is_known ? static_cast<uint64_t>(staleness.age.count()) : BUOYANT_AGE_UNKNOWN};
}

int buoyant_change(buoyant_change_t* request, buoyant_node_t* node, const buoyant_member_t* members,
                   size_t count, uint64_t based_on, buoyant_change_cb cb) {
  c_api::begin(*request);
  auto list = c_api::members_of(members, count);
  if (!list) {
    return c_api::report(list.error(), &request->error);
  }
  return c_api::answer(
      *request, node->node->change_membership(std::move(*list), buoyant::Index(based_on),
                                              c_api::on_outcome<c_api::fill_change>(request, cb)));
}

int buoyant_transfer(buoyant_transfer_t* request, buoyant_node_t* node, uint64_t to,
                     buoyant_transfer_cb cb) {
  c_api::begin(*request);
  return c_api::answer(*request,
                       node->node->transfer(buoyant::ServerId(to),
                                            c_api::on_outcome<c_api::fill_transfer>(request, cb)));
}

int buoyant_take_snapshot(buoyant_snapshot_t* request, buoyant_node_t* node,
                          buoyant_snapshot_cb cb) {
  c_api::begin(*request);
  return c_api::answer(
      *request, node->node->take_snapshot(c_api::on_outcome<c_api::fill_snapshot>(request, cb)));
}
