// Vectors of 16 channels of a pixel, of which the last may have fewer.

// 16 numbers from `from` on, and zeros in the place of those from `end` on. Where a pixel has fewer channels left, the next
// pixel's follow: reading them as well costs nothing, and only at the end of a tensor there are none.
static float16 read_channels(global const float *from, global const float *end) {
    if (from + 16 <= end) {
        return vload16(0, from);
    }
    float channels[16];
    for (int lane = 0; lane < 16; lane++) {
        channels[lane] = from + lane < end ? from[lane] : 0.0f;
    }
    return vload16(0, channels);
}

// Writes the first `count` of 16 channels, all of them if it is greater: what follows in memory is the next pixel's.
static void write_channels(const float16 channels, global float *to, const int count) {
    if (count >= 16) {
        vstore16(channels, 0, to);
        return;
    }
    float8 eight = channels.lo;
    if (count & 8) {
        vstore8(eight, 0, to);
        eight = channels.hi;
        to += 8;
    }
    float4 four = eight.lo;
    if (count & 4) {
        vstore4(four, 0, to);
        four = eight.hi;
        to += 4;
    }
    float2 two = four.lo;
    if (count & 2) {
        vstore2(two, 0, to);
        two = four.hi;
        to += 2;
    }
    if (count & 1) {
        *to = two.x;
    }
}
