// 16 neighbouring numbers of which only the first `count` are there: vectors at the end of a row.

static float16 load_16(global const float *p, const int count) {
    if (count >= 16) {
        return vload16(0, p);
    }
    float part[16];
    for (int k = 0; k < 16; k++) {
        part[k] = k < count ? p[k] : 0.0f;
    }
    return vload16(0, part);
}

static void store_16(const float16 v, global float *p, const int count) {
    if (count >= 16) {
        vstore16(v, 0, p);
        return;
    }
    float part[16];
    vstore16(v, 0, part);
    for (int k = 0; k < count; k++) {
        p[k] = part[k];
    }
}
