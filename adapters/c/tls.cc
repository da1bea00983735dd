// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/c/tls.h"

#include "adapters/c/error.h"
#include "adapters/c/values.h"
#include "buoyant/standard.h"

#include <chrono>
#include <utility>

using buoyant::c_api::string_of;

int buoyant_tls_open(buoyant_tls_t** tls, const buoyant_tls_files_t* files, const char* cluster,
                     uint64_t id, buoyant_error_t* error) {
  *tls = nullptr;
  auto opened = buoyant::open_tls({.certificates = string_of(files->certificates),
                                   .key = string_of(files->key),
                                   .authorities = string_of(files->authorities)},
                                  string_of(cluster), id);
  if (!opened) {
    return buoyant::c_api::report(opened.error(), error);
  }
  *tls = new buoyant_tls_s{std::move(*opened)};
  return 0;
}

void buoyant_tls_free(buoyant_tls_t* tls) {
  delete tls;
}

int buoyant_tls_read_renewal(const buoyant_tls_t* tls, buoyant_tls_renewal_t** renewal,
                             buoyant_error_t* error) {
  *renewal = nullptr;
  auto read = tls->security->read_renewal();
  if (!read) {
    return buoyant::c_api::report(read.error(), error);
  }
  *renewal = new buoyant_tls_renewal_s{std::move(*read)};
  return 0;
}

void buoyant_tls_adopt(buoyant_tls_t* tls, buoyant_tls_renewal_t* renewal) {
  tls->security->adopt(std::move(renewal->renewal));
  delete renewal;
}

void buoyant_tls_renewal_free(buoyant_tls_renewal_t* renewal) {
  delete renewal;
}

int64_t buoyant_tls_expires_at(const buoyant_tls_t* tls) {
  return std::chrono::duration_cast<std::chrono::seconds>(
             tls->security->expires_at().time_since_epoch())
      .count();
}
