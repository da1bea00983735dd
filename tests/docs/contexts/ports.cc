#include <buoyant/node.h>
#include <buoyant/port/codec.h>
using namespace buoyant;
void use(std::unique_ptr<port::EventLoop> loop, std::unique_ptr<port::Storage> storage,
         std::unique_ptr<port::Transport> transport, std::unique_ptr<port::Codec> codec,
         std::unique_ptr<port::SnapshotStore> snapshots, StateMachine& machine,
         NodeOptions options) {
@FRAGMENT@
}
