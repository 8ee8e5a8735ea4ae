// Included twice by including.cl, and inserted once.
static int twice(const int i) {
    return 2 * i;
}
#ifdef WRONG_INCLUDED
wrong here
#endif
