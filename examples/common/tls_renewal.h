// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// SIGHUP: the certificates are read again, by a thread of libuv's pool, and count from then on.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/port/stream_security.h"
#include "examples/common/log.h"

#include <uv.h>

#include <memory>
#include <optional>

namespace example {

/// Loop thread only. It must outlive the loop's run: a file may be read to the end after close().
class TlsRenewal {
 public:
  /// From here on SIGHUP does not end the process any more. The log is borrowed.
  TlsRenewal(uv_loop_t& loop, std::shared_ptr<buoyant::port::StreamSecurity> security,
             const Log& log);

  TlsRenewal(const TlsRenewal&) = delete;
  TlsRenewal& operator=(const TlsRenewal&) = delete;
  ~TlsRenewal() = default;

  /// Lets the loop end. Once.
  void close();

 private:
  using Renewal = buoyant::port::StreamSecurity::Renewal;

  void read();
  void on_read();

  uv_loop_t& loop_;
  const std::shared_ptr<buoyant::port::StreamSecurity> security_;
  const Log& log_;
  uv_signal_t signal_{};
  uv_work_t work_{};
  std::optional<buoyant::Result<std::unique_ptr<Renewal>>> found_;
  bool reads_ = false;
  bool is_wanted_again_ = false;  ///< By a signal that came while it read.
};

}  // namespace example
