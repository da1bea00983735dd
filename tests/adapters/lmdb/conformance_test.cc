// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/conformance/storage_conformance.h"
#include "tests/adapters/lmdb/support.h"

BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(Lmdb, buoyant::lmdb::support::Harness);
