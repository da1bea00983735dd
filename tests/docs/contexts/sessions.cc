#include <buoyant/sessions.h>
#include <buoyant/standard.h>
using namespace buoyant;
struct Counter : StateMachine {
  void apply(std::vector<Command>, ApplyDone done) noexcept override { done(); }
};
void use() {
@FRAGMENT@
}
