#include <buoyant/standard.h>
#include <cstdio>
using namespace buoyant;
void use(Node& node) {
@FRAGMENT@
}
