package scorefield.ncsn.configuration;

/**
 * What a training run writes, and when; all of it in steps. Nothing here changes what is learnt.
 *
 * @param logEvery from one line of metrics to the next
 * @param checkpointEvery from one checkpoint to the next
 * @param previewEvery from one sample grid to the next; 0 for none
 * @param previewImages images in such a grid
 * @param previewLevels noise levels that such a grid takes
 */
public record OutputSettings(
        long logEvery, long checkpointEvery, long previewEvery, int previewImages, int previewLevels) {}
