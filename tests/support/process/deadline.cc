// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/deadline.h"

#include <poll.h>

namespace buoyant::process {

void pause_briefly() {
  constexpr int kMilliseconds = 2;
  ::poll(nullptr, 0, kMilliseconds);
}

}  // namespace buoyant::process
