// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a node of the C API begins and ends.

#include "buoyant/c/node.h"

#include "adapters/c/error.h"
#include "adapters/c/handle.h"
#include "adapters/c/options.h"
#include "buoyant/standard.h"

#include <memory>
#include <string_view>
#include <utility>

namespace buoyant::c_api {

namespace {

Result<std::unique_ptr<buoyant_node_t>> open(uv_loop_s& loop, const buoyant_options_t& given,
                                             const buoyant_state_machine_t& machine,
                                             const buoyant_observer_t* observer) {
  auto options = options_of(given);
  if (!options) {
    return fail(options.error());
  }
  const auto table = machine_of(machine);
  if (!table) {
    return fail(table.error());
  }
  const auto observing = observer == nullptr ? Result<buoyant_observer_t>(buoyant_observer_t{})
                                             : observer_of(*observer);
  if (!observing) {
    return fail(observing.error());
  }
  auto handle = std::make_unique<buoyant_node_t>(*table, *observing);
  StateMachine* whole = &handle->machine;
  if (options->sessions) {
    if (handle->machine.applied().is_set()) {
      return fail(Errc::kInvalidOptions, "sessions: the state machine is durable by itself");
    }
    whole = &handle->sessions.emplace(handle->machine, *options->sessions);
  }
  Observer* told = &handle->observer;
  if (const auto level = handle->observer.log_level()) {
    const auto write = [&table_observer = handle->observer](LogLevel at, std::string_view line) {
      table_observer.on_log(at, line);
    };
    told = &handle->log.emplace(*level, write, &handle->observer);
  }
  auto opened = open_standard_node(loop, std::move(options->standard), *whole, told);
  if (!opened) {
    return fail(opened.error());
  }
  handle->node = std::move(*opened);
  return handle;
}

}  // namespace

}  // namespace buoyant::c_api

int buoyant_open(buoyant_node_t** node, uv_loop_s* loop, const buoyant_options_t* options,
                 const buoyant_state_machine_t* machine, const buoyant_observer_t* observer,
                 buoyant_error_t* error) {
  *node = nullptr;
  auto opened = buoyant::c_api::open(*loop, *options, *machine, observer);
  if (!opened) {
    return buoyant::c_api::report(opened.error(), error);
  }
  *node = opened->release();
  return 0;
}

void buoyant_close(buoyant_node_t* node, buoyant_close_cb cb) {
  node->closing += 1;
  node->node->close([node, cb] {
    if (cb != nullptr) {
      cb(node);
    }
    node->closing -= 1;
    if (node->closing == 0) {
      delete node;
    }
  });
}

void buoyant_node_set_data(buoyant_node_t* node, void* data) {
  node->data = data;
}

void* buoyant_node_data(const buoyant_node_t* node) {
  return node->data;
}
