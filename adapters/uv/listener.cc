// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/listener.h"

#include "adapters/uv/address.h"
#include "adapters/uv/context.h"

#include <utility>

namespace buoyant::uv {

namespace {

constexpr int kBacklog = 128;

/// The address to listen on, checked against what may be listened on.
Result<sockaddr_storage> listen_address(const TransportOptions& options) {
  const auto address = parse_address(options.listen);
  if (!address) {
    return fail(address.error());
  }
  sockaddr_storage socket_address{};
  if (const auto numeric = numeric_address(*address)) {
    socket_address = *numeric;
  } else {
    const auto found = look_up_host(address->host);
    if (!found) {
      return fail(Errc::kInvalidOptions, "listen: the name does not resolve");
    }
    socket_address = found->front();
    set_port(socket_address, address->port);
  }
  const bool may_leave_the_host = options.security != nullptr || options.insecure_plaintext;
  if (!is_loopback(socket_address) && !may_leave_the_host) {
    return fail(Errc::kInvalidOptions,
                "listen: not a loopback address; without TLS this needs insecure_plaintext");
  }
  return socket_address;
}

Error listen_error(int status, const char* context) {
  return Error(status == UV_EADDRINUSE ? Errc::kAddressInUse : Errc::kTransportFailed, context,
               status);
}

}  // namespace

struct Listener::Handle {
  uv_tcp_t tcp{};
  Listener* owner = nullptr;  ///< Null once it is closing.
  HandleCount* handles = nullptr;
};

Listener::Listener(Context& context)
    : context_(context), handle_(new Handle), turn_(context.deadlines) {
  uv_tcp_init(&context.loop, &handle_->tcp);
  handle_->tcp.data = handle_;
  handle_->owner = this;
  handle_->handles = &context.handles;
  context.handles.add();
}

Listener::~Listener() {
  stop();
}

void Listener::stop() {
  Handle* stopped = std::exchange(handle_, nullptr);
  if (stopped == nullptr) {
    return;
  }
  turn_.cancel();
  stopped->owner = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&stopped->tcp), [](uv_handle_t* closed) {
    const std::unique_ptr<Handle> handle(static_cast<Handle*>(closed->data));
    handle->handles->release();
  });
}

Result<std::unique_ptr<Listener>> Listener::open(Context& context) {
  const auto address = listen_address(context.options);
  if (!address) {
    return fail(address.error());
  }
  std::unique_ptr<Listener> listener(new Listener(context));
  if (const auto listening = listener->listen(*address); !listening) {
    return fail(listening.error());
  }
  return listener;
}

Result<void> Listener::listen(const sockaddr_storage& address) {
  // IPv6 only, said explicitly: what [::] means must not depend on the system's settings.
  const unsigned int flags = address.ss_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0;
  int status = uv_tcp_bind(&handle_->tcp, reinterpret_cast<const sockaddr*>(&address), flags);
  if (status < 0) {
    return fail(listen_error(status, "bind"));
  }
  // libuv keeps EADDRINUSE of the bind until here.
  status = uv_listen(reinterpret_cast<uv_stream_t*>(&handle_->tcp), kBacklog,
                     [](uv_stream_t* stream, int result) {
                       if (Listener* owner = static_cast<Handle*>(stream->data)->owner) {
                         owner->on_connection(result);
                       }
                     });
  if (status < 0) {
    return fail(listen_error(status, "listen"));
  }
  return {};
}

void Listener::start(Accepted accepted) {
  accepted_ = std::move(accepted);
  turn_.post([this] { accept_next(); });
}

std::string Listener::bound_address() const {
  sockaddr_storage address{};
  int size = sizeof(address);
  uv_tcp_getsockname(&handle_->tcp, reinterpret_cast<sockaddr*>(&address), &size);
  return to_text(address);
}

void Listener::on_connection(int status) {
  if (status < 0) {
    // Out of file descriptors, most likely. The connection is dropped; the peer dials again.
    reserve_.give_to(context_.loop);
    context_.report(ServerId(), "a connection could not be accepted", uv_strerror(status));
    return;
  }
  is_waiting_ = true;
  if (accepted_ && accepted_this_turn_ < context_.options.accepts_per_turn) {
    accept_next();
  }
}

void Listener::accept_next() {
  if (!turn_.is_active()) {
    turn_.post([this] {
      accepted_this_turn_ = 0;
      if (is_waiting_) {
        accept_next();
      }
    });
  }
  if (!std::exchange(is_waiting_, false)) {
    return;
  }
  ++accepted_this_turn_;
  reserve_.refill();
  Connection::Pointer connection = Connection::create(context_);
  auto* stream = reinterpret_cast<uv_stream_t*>(&handle_->tcp);
  const int status = connection->accept(*stream);
  if (status < 0) {
    return;
  }
  accepted_(std::move(connection));
}

}  // namespace buoyant::uv
