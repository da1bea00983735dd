// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/sessions.h"

#include "adapters/c/error.h"
#include "adapters/c/handle.h"
#include "adapters/c/values.h"
#include "buoyant/base/assert.h"
#include "buoyant/sessions.h"

#include <cstring>
#include <string>

namespace buoyant::c_api {

namespace {

std::size_t put(ByteView head, void* target) {
  BUOYANT_ASSERT(head.size() <= BUOYANT_SESSION_HEAD_BYTES);
  std::memcpy(target, head.data(), head.size());
  return head.size();
}

/// What the user's function returns, and whether there is something to give.
template <class T>
int status_of(const Result<T>& result) noexcept {
  return result ? 0 : code_of(result.error().code());
}

}  // namespace

}  // namespace buoyant::c_api

namespace sessions = buoyant::sessions;

using buoyant::c_api::put;

size_t buoyant_session_plain(void* head) {
  return put(sessions::encode_plain({}).view(), head);
}

size_t buoyant_session_open(void* head) {
  return put(sessions::encode_open().view(), head);
}

size_t buoyant_session_do(void* head, uint64_t session, uint64_t sequence) {
  return put(sessions::encode_do(buoyant::SessionId(session), sequence, {}).view(), head);
}

size_t buoyant_session_close(void* head, uint64_t session) {
  return put(sessions::encode_close(buoyant::SessionId(session)).view(), head);
}

int buoyant_session_opened(buoyant_buf_t reply, uint64_t* session) {
  const auto opened = sessions::decode_open_reply(buoyant::c_api::gather(&reply, 1));
  *session = opened ? opened->value() : 0;
  return buoyant::c_api::status_of(opened);
}

int buoyant_session_done(buoyant_buf_t reply, buoyant_buf_t* inner) {
  const buoyant::Bytes whole = buoyant::c_api::gather(&reply, 1);
  const auto done = sessions::decode_do_reply(whole);
  *inner = {.base = nullptr, .len = 0};
  if (done && !done->empty()) {
    // It is the end of the reply, which lies with the user too.
    *inner = {.base = static_cast<const char*>(reply.base) + (reply.len - done->size()),
              .len = done->size()};
  }
  return buoyant::c_api::status_of(done);
}

int buoyant_session_closed(buoyant_buf_t reply) {
  return buoyant::c_api::status_of(sessions::decode_close_reply(buoyant::c_api::gather(&reply, 1)));
}

uint64_t buoyant_session_count(const buoyant_node_t* node) {
  return node->sessions ? node->sessions->session_count() : 0;
}

uint64_t buoyant_session_digest(const buoyant_node_t* node) {
  return node->sessions ? node->sessions->digest() : 0;
}
