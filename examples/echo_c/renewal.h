// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Certificates that were renewed: SIGHUP has them read again, beside the loop.
#pragma once

#include "options.h"

#include <uv.h>

struct renewal {
  uv_signal_t signal;
  uv_work_t work;
  const struct options* options;
  buoyant_tls_t* tls;
  buoyant_tls_renewal_t* found;
  buoyant_error_t error;
  bool reads;
  bool is_wanted_again;
};

/// From now on SIGHUP has the files read again; those that are no good stay unused. `tls` must
/// live until the loop is empty.
void renewal_start(struct renewal* renewal, uv_loop_t* loop, const struct options* options,
                   buoyant_tls_t* tls);

void renewal_close(struct renewal* renewal);
