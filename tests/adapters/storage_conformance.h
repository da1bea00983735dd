// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The conformance suite that every port::Storage passes; see the fixture for the Driver.
#pragma once

#include "tests/adapters/storage_log_conformance.h"
#include "tests/adapters/storage_state_conformance.h"
#include "tests/adapters/storage_write_conformance.h"

/// Runs all of it with a Driver.
#define BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(name, driver)            \
  namespace buoyant::storage_conformance {                               \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, StorageLogConformance, driver);   \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, StorageStateConformance, driver); \
  INSTANTIATE_TYPED_TEST_SUITE_P(name, StorageWriteConformance, driver); \
  }                                                                      \
  static_assert(true, "takes the semicolon")
