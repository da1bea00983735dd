// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How the model's values read in failing assertions and transcripts. A test file that compares
/// such values includes this, so that all files of a test binary print them alike.
#pragma once

#include "buoyant/conformance/print.h"
