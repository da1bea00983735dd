// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: who wants to hear what a node goes through. Every event has an empty default.
///
/// Loop thread, at the end of a turn, never inside a call of the user. Borrowed by the node.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/base/time.h"
#include "buoyant/core/ready.h"
#include "buoyant/model/entry.h"

#include <string>

namespace buoyant {

class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  /// Role, term or leader changed.
  virtual void on_standing(const core::Standing& standing) noexcept { (void)standing; }

  /// The configuration in effect changed.
  virtual void on_configuration(const ConfigurationAt& configuration) noexcept {
    (void)configuration;
  }

  /// This server was a member and is none any more, or (false) takes part again. A server that
  /// comes back with an empty disk may read here of its former removal while it catches up.
  virtual void on_removed(bool removed) noexcept { (void)removed; }

  /// The node stopped taking part; nothing more will be acknowledged. Once.
  virtual void on_fault(const char* why, Error error) noexcept {
    (void)why;
    (void)error;
  }

  /// A connection to a peer came or went.
  virtual void on_peer(ServerId peer, bool connected) noexcept {
    (void)peer;
    (void)connected;
  }

  /// Something an operator should see: a refused handshake, garbage on the peer port.
  virtual void on_trouble(ServerId peer, const char* what, const std::string& detail) noexcept {
    (void)peer;
    (void)what;
    (void)detail;
  }

  /// A step of the trace (Node::trace), with its reason: much more than what happens to a node, and
  /// only as many of a turn's as the trace keeps. `at`: on the loop's clock.
  virtual void on_step(Instant at, const core::Step& step) noexcept {
    (void)at;
    (void)step;
  }
};

}  // namespace buoyant
