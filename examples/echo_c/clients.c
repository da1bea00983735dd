// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "clients.h"

#include "address.h"
#include "client.h"

static void on_connection(uv_stream_t* listener, int status) {
  if (status == 0) client_accept(listener->data, listener);
}

int clients_listen(struct clients* clients, uv_loop_t* loop, buoyant_node_t* node,
                   const char* address) {
  *clients = (struct clients){.node = node};
  const int status = listen_on(loop, &clients->listener, address, on_connection);
  clients->listener.data = clients;
  return status;
}

void clients_close(struct clients* clients) {
  uv_close((uv_handle_t*)&clients->listener, NULL);
  for (struct client* client = clients->first; client != NULL; client = client->next) {
    client_close(client);
  }
}
