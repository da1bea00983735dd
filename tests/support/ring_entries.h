// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// For libraries to preload that stand before io_uring_submit: what it is about to give to the
/// kernel, and the function itself.
#pragma once

#include <cstdlib>
#include <dlfcn.h>
#include <liburing.h>

namespace buoyant::support {

/// Calls `look` with each entry that the kernel has not been given yet.
template <class Look>
void for_each_new_entry(io_uring& ring, Look look) {
  for (unsigned at = ring.sq.sqe_head; at != ring.sq.sqe_tail; ++at) {
    look(ring.sq.sqes[at & *ring.sq.kring_mask]);
  }
}

inline int submit_to_kernel(io_uring* ring) {
  using Submit = int (*)(io_uring*);
  static const auto submit = reinterpret_cast<Submit>(::dlsym(RTLD_NEXT, "io_uring_submit"));
  if (submit == nullptr) {
    std::abort();
  }
  return submit(ring);
}

}  // namespace buoyant::support
