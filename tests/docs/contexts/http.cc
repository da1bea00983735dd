#include <buoyant/standard.h>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
using namespace buoyant;
struct Reply {
  void send(int status, std::string_view text);
};
struct Counter {
  std::uint64_t sum = 0;
};
@FRAGMENT@
