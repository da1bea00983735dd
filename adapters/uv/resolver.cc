// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/resolver.h"

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <utility>

namespace buoyant::uv {

/// What the thread works on.
struct Resolver::Queue {
  struct Job {
    std::uint64_t ticket = 0;
    std::string host;
    std::weak_ptr<Pending> pending;
  };

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Job> jobs;
  bool closed = false;
  std::shared_ptr<port::LoopPoster> poster;
  LookUp look_up;
};

/// Who waits for answers, and the answers so far.
struct Resolver::Pending {
  std::map<std::uint64_t, Done> waiting;
  std::map<std::string, HostAddresses> last_good;
};

Result<HostAddresses> look_up_host(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (status != 0) {
    return fail(Errc::kTransportFailed, "getaddrinfo", status);
  }
  HostAddresses addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    if (at->ai_addrlen <= sizeof(sockaddr_storage)) {
      std::memcpy(&addresses.emplace_back(), at->ai_addr, at->ai_addrlen);
    }
  }
  freeaddrinfo(found);
  if (addresses.empty()) {
    return fail(Errc::kTransportFailed, "getaddrinfo", EAI_NONAME);
  }
  return addresses;
}

Resolver::Resolver(std::shared_ptr<port::LoopPoster> poster, LookUp look_up)
    : queue_(std::make_shared<Queue>()), pending_(std::make_shared<Pending>()) {
  queue_->poster = std::move(poster);
  queue_->look_up = std::move(look_up);
}

Resolver::~Resolver() {
  const std::lock_guard lock(queue_->mutex);
  queue_->closed = true;
  queue_->changed.notify_one();
}

std::uint64_t Resolver::resolve(const std::string& host, Done done) {
  const std::uint64_t ticket = next_ticket_++;
  pending_->waiting.emplace(ticket, std::move(done));
  if (!running_ && !start_thread()) {
    queue_->poster->post([weak = std::weak_ptr(pending_), ticket, host] {
      if (const auto pending = weak.lock()) {
        finish(*pending, ticket, host, fail(Errc::kTransportFailed, "no thread for names"));
      }
    });
    return ticket;
  }
  const std::lock_guard lock(queue_->mutex);
  queue_->jobs.push_back({ticket, host, pending_});
  queue_->changed.notify_one();
  return ticket;
}

std::optional<HostAddresses> Resolver::last_good(const std::string& host) const {
  const auto known = pending_->last_good.find(host);
  return known == pending_->last_good.end() ? std::nullopt : std::optional(known->second);
}

void Resolver::cancel(std::uint64_t ticket) {
  pending_->waiting.erase(ticket);
  const std::lock_guard lock(queue_->mutex);
  std::erase_if(queue_->jobs, [ticket](const auto& job) { return job.ticket == ticket; });
}

bool Resolver::start_thread() {
  // The host's signals are not for this thread.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  auto* shared = new std::shared_ptr<Queue>(queue_);
  pthread_t thread{};
  running_ = pthread_create(&thread, &attributes, run, shared) == 0;
  if (!running_) {
    delete shared;
  }
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return running_;
}

void* Resolver::run(void* shared) {
  const std::unique_ptr<std::shared_ptr<Queue>> owned(static_cast<std::shared_ptr<Queue>*>(shared));
  Queue& queue = **owned;
  std::unique_lock lock(queue.mutex);
  for (;;) {
    queue.changed.wait(lock, [&] { return queue.closed || !queue.jobs.empty(); });
    if (queue.closed) {
      return nullptr;
    }
    Queue::Job job = std::move(queue.jobs.front());
    queue.jobs.pop_front();
    lock.unlock();
    auto result = queue.look_up(job.host);
    queue.poster->post([job = std::move(job), result = std::move(result)] {
      if (const auto pending = job.pending.lock()) {
        finish(*pending, job.ticket, job.host, result);
      }
    });
    lock.lock();
  }
}

void Resolver::finish(Pending& pending, std::uint64_t ticket, const std::string& host,
                      Result<HostAddresses> result) {
  const auto known = pending.last_good.find(host);
  if (result &&
      (known != pending.last_good.end() || pending.last_good.size() < kHostsRememberedMax)) {
    pending.last_good[host] = *result;
  } else if (!result && known != pending.last_good.end()) {
    result = known->second;
  }
  if (auto waiting = pending.waiting.extract(ticket)) {
    waiting.mapped()(std::move(result));
  }
}

}  // namespace buoyant::uv
