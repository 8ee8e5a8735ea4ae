// Prefetching for CPUs: asks the caches for memory before it is needed. Where a kernel reads or writes many places in turn, the
// hardware does not see them coming. Prefetching has no other effect: the address may be outside of any buffer.
//
// CLANG_BUILTINS is defined where the driver is known to compile Clang's builtins, which OpenCL C does not have.

static void ask_for_reading(global const float *p) {
#ifdef CLANG_BUILTINS
    __builtin_prefetch((const void *)(size_t)p, 0);
#endif
}

// For the second-level cache: in the first there would be no room.
static void ask_for_reading_later(global const float *p) {
#ifdef CLANG_BUILTINS
    __builtin_prefetch((const void *)(size_t)p, 0, 2);
#endif
}

static void ask_for_writing(global float *p) {
#ifdef CLANG_BUILTINS
    __builtin_prefetch((const void *)(size_t)p, 1);
#endif
}
