package scorefield.kernels.verify;

import java.util.OptionalInt;

/**
 * What a compiled kernel needs.
 *
 * @param registers of a work-item; empty where the compiler does not say
 * @param spilled registers that did not fit and lie in memory, or for NVIDIA the bytes that they take
 * @param privateBytes private memory of a work-item: arrays that the compiler could not keep in registers, and what was spilled
 * @param localBytes local memory of a work-group
 */
record Resources(OptionalInt registers, int spilled, int privateBytes, int localBytes) {}
