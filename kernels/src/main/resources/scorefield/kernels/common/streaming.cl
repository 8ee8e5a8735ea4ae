// STORE_PAST_CACHES(value, p) stores a vector at a multiple of its size, without reading the lines of the cache that it
// overwrites first. It is defined where the driver is known to compile Clang's builtins (CLANG_BUILTINS).

#ifdef CLANG_BUILTINS
#define STORE_PAST_CACHES(value, p) __builtin_nontemporal_store(value, p)
#endif
