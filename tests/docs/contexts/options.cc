#include <buoyant/standard.h>
using namespace buoyant;
void use(StandardOptions& options) {
@FRAGMENT@
}
