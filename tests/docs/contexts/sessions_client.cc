#include <buoyant/sessions.h>
#include <buoyant/standard.h>
using namespace buoyant;
void use(Node& node, SessionId session) {
@FRAGMENT@
}
