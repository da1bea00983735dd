// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/snapshot_store.h"

#include "buoyant/conformance/snapshot_store_conformance.h"
#include "tests/adapters/files/support.h"

BUOYANT_INSTANTIATE_SNAPSHOT_STORE_CONFORMANCE(Files, buoyant::files::support::Harness);
