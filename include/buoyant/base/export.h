// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a shared library shows: everything else is hidden (decision 0021).
#pragma once

/// Before each function, and in each class, that a header for users declares and a library defines.
#define BUOYANT_EXPORT __attribute__((visibility("default")))
