#include <buoyant/model/frame.h>
#include <algorithm>
#include <cstring>
#include <span>
using namespace buoyant;
void give(ReceivedFrame frame);
@FRAGMENT@
