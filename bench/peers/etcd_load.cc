// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/peers/etcd_load.h"

#include "bench/peers/protobuf.h"
#include "bench/peers/timing.h"

#include <algorithm>
#include <poll.h>

namespace buoyant::bench {

EtcdLoad::EtcdLoad(std::uint16_t port, const Work& work, std::size_t connections)
    : work_(work), value_(work.payload, 'v'), sent_at_(work.outstanding) {
  for (std::size_t i = 0; i < std::min<std::size_t>(connections, work.outstanding); ++i) {
    connections_.push_back(GrpcConnection::open(port));
    failed_ = failed_ || connections_.back() == nullptr;
  }
}

std::optional<Point> EtcdLoad::run() {
  measure_at_ = Clock::now() + duration_of(work_.warmup_seconds);
  end_at_ = measure_at_ + duration_of(work_.seconds);
  for (std::size_t slot = 0; slot < sent_at_.size() && !failed_; ++slot) {
    put(slot);
  }
  while (!failed_ && turn()) {
    const Clock::time_point now = Clock::now();
    if (now >= measure_at_ && !measuring_) {
      measuring_ = true;
      measure_at_ = now;
    }
    if (now >= end_at_ && measuring_) {
      return point(now);
    }
  }
  return std::nullopt;
}

void EtcdLoad::put(std::size_t slot) {
  // PutRequest: key, value.
  std::string request;
  protobuf::put_bytes(request, 1, "key" + std::to_string(slot));
  protobuf::put_bytes(request, 2, value_);
  sent_at_[slot] = Clock::now();
  GrpcConnection& connection = *connections_[slot % connections_.size()];
  if (!connection.call("/etcdserverpb.KV/Put", request,
                       [this, slot](const std::optional<std::string>& answer) {
                         on_put(slot, answer.has_value());
                       })) {
    failed_ = true;
  }
}

void EtcdLoad::on_put(std::size_t slot, bool is_well) {
  if (!is_well) {
    failed_ = true;
    return;
  }
  if (measuring_) {
    histogram_.record(static_cast<std::uint64_t>((Clock::now() - sent_at_[slot]).count()));
  }
  put(slot);
}

bool EtcdLoad::turn() {
  std::vector<pollfd> waiting;
  for (const auto& connection : connections_) {
    if (!connection->send()) {
      return false;
    }
    waiting.push_back(
        {.fd = connection->fd(),
         .events = static_cast<short>(connection->has_unsent() ? POLLIN | POLLOUT : POLLIN),
         .revents = 0});
  }
  if (poll(waiting.data(), waiting.size(), 10000) <= 0) {
    return false;
  }
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if ((waiting[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !connections_[i]->receive()) {
      return false;
    }
  }
  return true;
}

Point EtcdLoad::point(Clock::time_point now) const {
  Point point;
  point.payload = work_.payload;
  point.outstanding = work_.outstanding;
  point.committed = histogram_.total();
  point.seconds = std::chrono::duration<double>(now - measure_at_).count();
  point.proposals_per_second = static_cast<double>(point.committed) / point.seconds;
  point.p50_us = histogram_.quantile_us(5000);
  point.p99_us = histogram_.quantile_us(9900);
  point.p999_us = histogram_.quantile_us(9990);
  return point;
}

}  // namespace buoyant::bench
