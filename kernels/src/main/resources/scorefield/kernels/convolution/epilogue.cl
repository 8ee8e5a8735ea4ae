// What is added to a convolution's result before it is stored. `added` says by what: BIAS (one number per output channel),
// SAMPLE_BIAS (one per image and output channel), ADDEND (a tensor like y). These are arguments, not constants, so that a
// layer's forward pass and its gradient share their kernel; a pointer whose part is not added is not used.
//
// A kernel adds both biases of an output channel as one number, its shift, to all pixels; and then, or before, the addend.

#include "common/channels.cl"

#define BIAS 1
#define SAMPLE_BIAS 2
#define ADDEND 4

// The shift of one output channel, whose biases lie at these places.
static float shift_of(global const float *bias, global const float *sample_bias, const int added) {
    return (added & BIAS ? *bias : 0.0f) + (added & SAMPLE_BIAS ? *sample_bias : 0.0f);
}

// The same of the first 16 of `count` output channels.
static float16 shift_of_16(global const float *bias, global const float *sample_bias, const int count, const int added) {
    const float16 zero = (float16)(0.0f);
    return (added & BIAS ? read_channels(bias, bias + count) : zero)
        + (added & SAMPLE_BIAS ? read_channels(sample_bias, sample_bias + count) : zero);
}

// A result by itself, with everything added: where vectors do not fit.
static float with_epilogue(const float result, global const float *bias, global const float *sample_bias,
                           global const float *addend, const int added) {
    float value = result;
    value += added & BIAS ? *bias : 0.0f;
    value += added & SAMPLE_BIAS ? *sample_bias : 0.0f;
    value += added & ADDEND ? *addend : 0.0f;
    return value;
}
