package scorefield.ncsn.configuration;

import scorefield.ncsn.setting.Setting;

/**
 * What a training run writes, and when; all of it in steps. Nothing here changes what is learned.
 *
 * @param logEvery from one line of metrics to the next
 * @param checkpointEvery from one checkpoint to the next
 * @param previewEvery from one sample grid to the next; 0 for none
 * @param previewImages images in such a grid
 * @param previewLevels noise levels that such a grid takes
 * @param tensorboard whether TensorBoard's event files are written, and samples after the last step
 */
public record OutputSettings(
        @Setting(
                defaultValue = "20",
                min = 1,
                max = 1e12,
                description = "steps from one line of metrics.jsonl to the next; each line waits for the device")
        long logEvery,

        @Setting(defaultValue = "500", min = 1, max = 1e12, description = "steps from one checkpoint to the next")
        long checkpointEvery,

        @Setting(
                defaultValue = "2000",
                min = 0,
                max = 1e12,
                description = "steps from one sample grid to the next while training; 0: none")
        long previewEvery,

        @Setting(defaultValue = "16", min = 1, max = 1024, description = "images in such a grid")
        int previewImages,

        @Setting(
                defaultValue = "48",
                min = 2,
                max = 100_000,
                description = "noise levels with which such a grid is drawn: fewer than for samples, to save time")
        int previewLevels,

        @Setting(
                defaultValue = "false",
                later = true,
                description =
                        "also write event files for TensorBoard into the run's folder: losses, by noise level too,"
                                + " gradient norm, speed, and samples of images")
        boolean tensorboard) {}
