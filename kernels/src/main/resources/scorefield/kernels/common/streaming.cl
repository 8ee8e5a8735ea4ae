// STORE_PAST_CACHES(value, p) stores a vector at a multiple of its size, without reading the lines of the cache that it
// overwrites first. It is defined where the compiler can do so.

#ifdef __has_builtin
#if __has_builtin(__builtin_nontemporal_store)
#define STORE_PAST_CACHES(value, p) __builtin_nontemporal_store(value, p)
#endif
#endif
