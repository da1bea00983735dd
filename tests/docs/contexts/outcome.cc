#include <buoyant/standard.h>
using namespace buoyant;
void answer(const Bytes& reply);
void try_again();
void say_that_it_is_unknown();
@FRAGMENT@
