#include <buoyant/standard.h>
#include <memory>
using namespace buoyant;
struct SumSource : SnapshotSource {
  explicit SumSource(std::uint64_t) {}
  Result<Bytes> read(std::size_t) noexcept override { return Bytes(); }
};
struct SumTarget : SnapshotTarget {
  explicit SumTarget(std::uint64_t&) {}
  Result<void> write(ByteView) noexcept override { return {}; }
  Result<void> finish() noexcept override { return {}; }
};
struct Counter : StateMachine {
  void apply(std::vector<Command>, ApplyDone done) noexcept override { done(); }
@FRAGMENT@
  std::uint64_t sum_ = 0;
};
