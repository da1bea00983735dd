// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include <uv.h>

#include <buoyant/standard.h>
#include <cstdio>

using namespace buoyant;

/// Counts committed commands; once this server leads, it proposes one and ends.
class Counter final : public StateMachine, public Observer {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    count += commands.size();
    done();
  }

  void on_standing(const core::Standing& standing) noexcept override {
    if (standing.role == core::Role::kLeader) {
      (void)node->propose(Bytes::copy_of("hello"), [this](Result<Applied> outcome) {
        std::printf("%s, %zu applied\n", outcome ? "committed" : outcome.error().message(), count);
        node->close([] {});
      });
    }
  }

  std::size_t count = 0;
  std::unique_ptr<Node> node;
};

int main() {
  uv_loop_t* loop = uv_default_loop();
  Counter counter;
  auto opened = open_standard_node(
      *loop, {.id = 1, .cluster = "hello", .listen = "127.0.0.1:7001", .data = "hello-data"},
      counter, &counter);
  if (!opened) {
    std::fprintf(stderr, "%s: %s\n", opened.error().message(), opened.error().context());
    return 1;
  }
  counter.node = std::move(*opened);
  // The same list on every server, one line each; here one server is the whole cluster.
  (void)counter.node->bootstrap({{ServerId(1), "127.0.0.1:7001"}}, [](Result<void>) {});
  return uv_run(loop, UV_RUN_DEFAULT);
}
