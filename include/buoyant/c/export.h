// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What every header of the C API begins with: how its functions are exported and linked.
#pragma once

/// Before each function of the C API: the symbols that a shared library shows. All of them, and
/// nothing else of buoyant, begin with `buoyant_`.
#if defined(__GNUC__)
#define BUOYANT_C_API __attribute__((visibility("default")))
#else
#define BUOYANT_C_API
#endif

#ifdef __cplusplus
#define BUOYANT_C_BEGIN extern "C" {
#define BUOYANT_C_END }
#else
#define BUOYANT_C_BEGIN
#define BUOYANT_C_END
#endif
