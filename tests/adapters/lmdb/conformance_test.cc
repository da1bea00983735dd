// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/adapters/lmdb/support.h"
#include "tests/adapters/storage_conformance.h"

BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(Lmdb, buoyant::lmdb::support::Driver);
