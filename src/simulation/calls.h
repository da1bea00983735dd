// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Calls with a callback: an accepted one is called back exactly once, a refused one never.
#pragma once

#include "simulation/context.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// The calls to one node. Shared by the callbacks, which may come after its end.
class Calls : public std::enable_shared_from_this<Calls> {
 public:
  Calls(Context& context, ServerId server) : context_(context), server_(server) {}

  /// One call, before it is known whether it is accepted.
  class Call {
   public:
    Call(std::shared_ptr<Calls> calls, const char* what) : calls_(std::move(calls)), what_(what) {}

    void accepted() {
      accepted_ = true;
      ++calls_->open_;
    }

    /// Its callback runs.
    void called_back() {
      if (!accepted_ || called_back_) {
        calls_->context_.violate(
            "callback_once", "server " + std::to_string(calls_->server_.value()) + ": " + what_ +
                                 " is called back " + (accepted_ ? "twice" : "though refused"));
        return;
      }
      called_back_ = true;
      --calls_->open_;
    }

   private:
    std::shared_ptr<Calls> calls_;
    const char* what_;
    bool accepted_ = false;
    bool called_back_ = false;
  };

  [[nodiscard]] std::shared_ptr<Call> begin(const char* what) {
    return std::make_shared<Call>(shared_from_this(), what);
  }

  [[nodiscard]] std::uint64_t open() const noexcept { return open_; }

  /// The node is gone: nobody may be left waiting.
  void check_none_open() {
    if (open_ != 0) {
      context_.violate("callback_once", "server " + std::to_string(server_.value()) + ": " +
                                            std::to_string(open_) +
                                            " accepted calls were never called back");
    }
  }

 private:
  Context& context_;
  ServerId server_;
  std::uint64_t open_ = 0;
};

}  // namespace buoyant::simulation
