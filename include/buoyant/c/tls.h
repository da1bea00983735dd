// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Mutual TLS between the servers of a cluster (docs/SECURITY.md).
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/error.h"
#include "buoyant/c/export.h"
#include "buoyant/c/options.h"

#include <stdint.h>

/// PEM files: this server's certificate and those between it and an authority, its key without a
/// password, and the authorities, which are all that is trusted.
typedef struct buoyant_tls_files_s {
  const char* certificates;
  const char* key;
  const char* authorities;
} buoyant_tls_files_t;

/// Certificates that were read again and found good.
typedef struct buoyant_tls_renewal_s buoyant_tls_renewal_t;

BUOYANT_C_BEGIN

/// Reads and checks the files, for buoyant_options_t.tls of one server. May block as long as
/// reading three small files takes.
/// Errors: BUOYANT_E_INVALID_OPTIONS (a file, or this build has no TLS), BUOYANT_E_WRONG_CLUSTER,
/// BUOYANT_E_WRONG_IDENTITY (the certificate is for somebody else). `error` may be NULL; the
/// context says which file, and what about it.
BUOYANT_C_API int buoyant_tls_open(buoyant_tls_t** tls, const buoyant_tls_files_t* files,
                                   const char* cluster, uint64_t id, buoyant_error_t* error);

/// Gives up the caller's hold; a node that was opened with it has its own. NULL is allowed.
BUOYANT_C_API void buoyant_tls_free(buoyant_tls_t* tls);

/// [any thread] Reads the files again and checks them; nothing changes by it. It blocks: call it
/// from uv_queue_work, say, and buoyant_tls_adopt when that is done. `tls` is not freed before.
/// Errors: as above.
BUOYANT_C_API int buoyant_tls_read_renewal(const buoyant_tls_t* tls,
                                           buoyant_tls_renewal_t** renewal, buoyant_error_t* error);

/// [loop] New connections use it from now on; those that stand go on. It takes the renewal, which
/// must be of the same `tls`.
BUOYANT_C_API void buoyant_tls_adopt(buoyant_tls_t* tls, buoyant_tls_renewal_t* renewal);

/// For a renewal that is not adopted. NULL is allowed.
BUOYANT_C_API void buoyant_tls_renewal_free(buoyant_tls_renewal_t* renewal);

/// When the certificates expire, in seconds since 1970: new connections are refused from then on.
/// Loop thread.
BUOYANT_C_API int64_t buoyant_tls_expires_at(const buoyant_tls_t* tls);

BUOYANT_C_END

// NOLINTEND
