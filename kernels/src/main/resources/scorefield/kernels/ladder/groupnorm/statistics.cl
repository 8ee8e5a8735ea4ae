// The statistics of a group from those of its channels. C and GROUPS are set when the kernel is compiled.

// Replaces each channel's sum by the mean over its group: the group's sum, times factor.
static void mean_of_groups(float *of_channel, const float factor) {
    const int width = C / GROUPS;
    for (int first = 0; first < C; first += width) {
        float sum = 0;
        for (int c = first; c < first + width; c++) {
            sum += of_channel[c];
        }
        for (int c = first; c < first + width; c++) {
            of_channel[c] = sum * factor;
        }
    }
}
