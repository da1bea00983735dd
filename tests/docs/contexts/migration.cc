#include <buoyant/standard.h>
#include <uv.h>
#include <cstdio>
using namespace buoyant;
@FRAGMENT@
