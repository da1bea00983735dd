// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/conformance/storage_conformance.h"
#include "tests/adapters/lmdb/support.h"

namespace buoyant::lmdb::conformance_test {

/// Without what not every kernel, file system and container has.
class BufferedHarness : public support::Harness {
 public:
  BufferedHarness() { options().direct_io = false; }
};

}  // namespace buoyant::lmdb::conformance_test

BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(Lmdb, buoyant::lmdb::support::Harness);
BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(LmdbBuffered,
                                        buoyant::lmdb::conformance_test::BufferedHarness);
