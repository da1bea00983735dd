// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "renewal.h"

#include "log.h"

#include <signal.h>

/// On a thread of libuv's pool.
static void read_files(uv_work_t* work) {
  struct renewal* renewal = work->data;
  buoyant_tls_read_renewal(renewal->tls, &renewal->found, &renewal->error);
}

static void read_again(struct renewal* renewal);

static void on_read(uv_work_t* work, int status) {
  struct renewal* renewal = work->data;
  (void)status;
  if (renewal->found != NULL) {
    buoyant_tls_adopt(renewal->tls, renewal->found);
    say(renewal->options, BUOYANT_LOG_INFO, "certificates were reloaded");
  } else {
    explain(renewal->options, "certificates stay as they were", &renewal->error);
  }
  renewal->reads = false;
  if (renewal->is_wanted_again) read_again(renewal);
}

static void read_again(struct renewal* renewal) {
  renewal->is_wanted_again = renewal->reads;
  if (renewal->reads) return;
  renewal->reads = true;
  uv_queue_work(renewal->signal.loop, &renewal->work, read_files, on_read);
}

static void on_signal(uv_signal_t* handle, int number) {
  (void)number;
  read_again(handle->data);
}

void renewal_start(struct renewal* renewal, uv_loop_t* loop, const struct options* options,
                   buoyant_tls_t* tls) {
  *renewal = (struct renewal){.options = options, .tls = tls};
  renewal->work.data = renewal;
  uv_signal_init(loop, &renewal->signal);
  renewal->signal.data = renewal;
  uv_signal_start(&renewal->signal, on_signal, SIGHUP);
}

void renewal_close(struct renewal* renewal) {
  uv_close((uv_handle_t*)&renewal->signal, NULL);
}
