// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/adapters/uv/secure_harness.h"

#include <gtest/gtest.h>

BUOYANT_INSTANTIATE_TRANSPORT_CONFORMANCE(UvSecure, buoyant::uv::tests::SecureHarness);
