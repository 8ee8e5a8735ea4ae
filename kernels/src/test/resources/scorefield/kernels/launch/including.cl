// For KernelSourceTest: the options say in which file there is a mistake.

#include "launch/included.cl"

#include "launch/included.cl"

kernel void including(global int *x) {
#ifdef WRONG_AFTER
    wrong_here();
#endif
    x[0] = twice(1);
}
