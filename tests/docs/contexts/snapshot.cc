#include <buoyant/standard.h>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>
using namespace buoyant;
@FRAGMENT@
