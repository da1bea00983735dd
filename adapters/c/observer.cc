// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/observer.h"

#include "adapters/c/error.h"
#include "adapters/c/values.h"

namespace buoyant::c_api {

static_assert(BUOYANT_FOLLOWER == static_cast<int>(core::Role::kFollower));
static_assert(BUOYANT_PRE_CANDIDATE == static_cast<int>(core::Role::kPreCandidate));
static_assert(BUOYANT_CANDIDATE == static_cast<int>(core::Role::kCandidate));
static_assert(BUOYANT_LEADER == static_cast<int>(core::Role::kLeader));

Result<buoyant_observer_t> observer_of(const buoyant_observer_t& given) {
  buoyant_observer_t table{};
  if (!take_struct(&table, sizeof table, &given)) {
    return fail(Errc::kInvalidOptions, "the observer's size");
  }
  return table;
}

void TableObserver::on_standing(const core::Standing& standing) noexcept {
  if (table_.on_standing != nullptr) {
    const buoyant_standing_t shown = show(standing);
    table_.on_standing(table_.data, &shown);
  }
}

void TableObserver::on_configuration(const ConfigurationAt& configuration) noexcept {
  if (table_.on_configuration != nullptr) {
    const ShownConfiguration shown(configuration.configuration, configuration.index);
    table_.on_configuration(table_.data, &shown.shown);
  }
}

void TableObserver::on_removed(bool removed) noexcept {
  if (table_.on_removed != nullptr) {
    table_.on_removed(table_.data, removed);
  }
}

void TableObserver::on_fault(const char* why, Error error) noexcept {
  if (table_.on_fault != nullptr) {
    const buoyant_error_t shown = error_of(error);
    table_.on_fault(table_.data, why, &shown);
  }
}

void TableObserver::on_peer(ServerId peer, bool connected) noexcept {
  if (table_.on_peer != nullptr) {
    table_.on_peer(table_.data, peer.value(), connected);
  }
}

void TableObserver::on_trouble(ServerId peer, const char* what,
                               const std::string& detail) noexcept {
  if (table_.on_trouble != nullptr) {
    table_.on_trouble(table_.data, peer.value(), what, detail.c_str());
  }
}

}  // namespace buoyant::c_api

const char* buoyant_role_name(int role) {
  const bool is_one = role >= BUOYANT_FOLLOWER && role <= BUOYANT_LEADER;
  return is_one ? role_name(static_cast<buoyant::core::Role>(role)) : "unknown";
}
