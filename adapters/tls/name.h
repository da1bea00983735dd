// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Who a certificate is for: one server of one cluster, written as a URI in its subject
/// alternative names.
///
///   buoyant://CLUSTER/ID
///
/// ID is decimal, from 1, without leading zeros. A cluster id is any 1 to 255 bytes: letters,
/// digits, '-', '.', '_' and '~' stand for themselves (RFC 3986, "unreserved"), every other byte
/// is '%' and two upper-case hexadecimal digits. So each name has exactly one spelling, and
/// nothing else is taken: no lower-case digits, no escape that is not needed, no port, no user,
/// no query, no other case of the scheme.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/model/ids.h"

#include <optional>
#include <string>
#include <string_view>

namespace buoyant::tls {

struct PeerName {
  std::string cluster;
  ServerId id;

  friend bool operator==(const PeerName&, const PeerName&) = default;
};

/// Requires: `name` has an id, and a cluster id of 1 to kClusterBytesMax bytes.
BUOYANT_EXPORT std::string to_uri(const PeerName& name);

/// Nothing: the text is not the spelling of a name.
BUOYANT_EXPORT std::optional<PeerName> parse_uri(std::string_view text);

}  // namespace buoyant::tls
