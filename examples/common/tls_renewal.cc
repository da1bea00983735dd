// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/tls_renewal.h"

#include "buoyant/base/assert.h"
#include "examples/common/describe.h"

#include <csignal>
#include <utility>

namespace example {

namespace {

TlsRenewal& renewal_of(void* data) {
  return *static_cast<TlsRenewal*>(data);
}

}  // namespace

TlsRenewal::TlsRenewal(uv_loop_t& loop, std::shared_ptr<buoyant::port::StreamSecurity> security,
                       const Log& log)
    : loop_(loop), security_(std::move(security)), log_(log) {
  signal_.data = this;
  work_.data = this;
  BUOYANT_ASSERT(uv_signal_init(&loop_, &signal_) == 0);
  const auto on_signal = [](uv_signal_t* handle, int /*number*/) {
    renewal_of(handle->data).read();
  };
  BUOYANT_ASSERT(uv_signal_start(&signal_, on_signal, SIGHUP) == 0);
}

void TlsRenewal::close() {
  uv_close(reinterpret_cast<uv_handle_t*>(&signal_), nullptr);
}

void TlsRenewal::read() {
  if (reads_) {
    is_wanted_again_ = true;
    return;
  }
  reads_ = true;
  const auto read_files = [](uv_work_t* work) {
    TlsRenewal& self = renewal_of(work->data);
    self.found_ = self.security_->read_renewal();
  };
  const auto on_read = [](uv_work_t* work, int /*status*/) { renewal_of(work->data).on_read(); };
  BUOYANT_ASSERT(uv_queue_work(&loop_, &work_, read_files, on_read) == 0);
}

void TlsRenewal::on_read() {
  auto found = std::move(*found_);
  found_.reset();
  reads_ = false;
  if (found) {
    security_->adopt(std::move(*found));
    log_.write(LogLevel::kInfo, "certificates were reloaded");
  } else {
    log_.write(LogLevel::kError, describe("certificates stay as they were", found.error()));
  }
  if (std::exchange(is_wanted_again_, false)) {
    read();
  }
}

}  // namespace example
