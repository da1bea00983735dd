// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "address.h"

#include <stdlib.h>
#include <string.h>

enum { BACKLOG = 128, HOST_BYTES = 256 };

/// "HOST:PORT", an IPv6 address in brackets; 0, or an error of libuv.
static int resolve(uv_loop_t* loop, const char* address, struct sockaddr_storage* target) {
  char host[HOST_BYTES] = "";
  const char* colon = strrchr(address, ':');
  if (colon == NULL || colon == address || (size_t)(colon - address) >= sizeof host) {
    return UV_EINVAL;
  }
  memcpy(host, address, (size_t)(colon - address));
  char* name = host;
  if (host[0] == '[') {
    host[strlen(host) - 1] = '\0';
    name = host + 1;
  }
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  uv_getaddrinfo_t request;
  const int status = uv_getaddrinfo(loop, &request, NULL, name, colon + 1, &hints);
  if (status < 0) return status;
  memcpy(target, request.addrinfo->ai_addr, request.addrinfo->ai_addrlen);
  uv_freeaddrinfo(request.addrinfo);
  return 0;
}

int listen_on(uv_loop_t* loop, uv_tcp_t* listener, const char* address, uv_connection_cb cb) {
  struct sockaddr_storage target;
  uv_tcp_init(loop, listener);
  int status = resolve(loop, address, &target);
  if (status == 0) status = uv_tcp_bind(listener, (const struct sockaddr*)&target, 0);
  if (status == 0) status = uv_listen((uv_stream_t*)listener, BACKLOG, cb);
  return status;
}
