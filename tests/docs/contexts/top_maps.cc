#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
@FRAGMENT@
