// `lanes`: WIDTH floats that are computed side by side, 1, 2, 4, 8 or 16.

#if WIDTH == 1
typedef float lanes;
typedef float unaligned_lanes;
#else
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
typedef PASTE(float, WIDTH) lanes;
// Lanes anywhere in memory. Unlike vstore16, a store through this type is one instruction with every compiler.
typedef lanes __attribute__((aligned(4))) unaligned_lanes;
#endif
