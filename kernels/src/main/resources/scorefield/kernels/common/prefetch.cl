// Asking the caches of a CPU for memory before it is needed. Where a kernel reads or writes many places in turn the hardware
// does not see them coming. Asking is free of effect: it may be for memory that does not exist.

static void ask_for_reading(global const float *p) {
    __builtin_prefetch((const void *)(size_t)p, 0);
}

// For the second-level cache: in the first there would be no room.
static void ask_for_reading_later(global const float *p) {
    __builtin_prefetch((const void *)(size_t)p, 0, 2);
}

static void ask_for_writing(global float *p) {
    __builtin_prefetch((const void *)(size_t)p, 1);
}
