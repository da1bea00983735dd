// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/record.h"

#include "buoyant/base/assert.h"

#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace buoyant::disk {

std::string_view Event::old_name() const {
  return text().substr(0, text().find('\0'));
}

std::string_view Event::new_name() const {
  return text().substr(text().find('\0') + 1);
}

Record::Record(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  bytes_ = std::move(bytes).str();
  ByteView rest = view_of(bytes_);
  while (!rest.empty()) {
    Event event;
    BUOYANT_ASSERT(rest.size() >= sizeof event.header);
    std::memcpy(&event.header, rest.data(), sizeof event.header);
    rest = rest.subspan(sizeof event.header);
    BUOYANT_ASSERT(rest.size() >= event.header.bytes);
    event.content = rest.first(event.header.bytes);
    rest = rest.subspan(event.header.bytes);
    events_.push_back(event);
  }
}

}  // namespace buoyant::disk
