package scorefield.ncsn.training;

import scorefield.ncsn.data.Images;

/**
 * What a checkpoint remembers of the data set: enough to sample without it, and to notice when a run is resumed on other images.
 *
 * @param name for people
 * @param sha256 of all bytes, hexadecimal
 * @param count N
 * @param height H
 * @param width W
 * @param channels C
 */
public record DataSummary(String name, String sha256, int count, int height, int width, int channels) {

    /** The summary of some images. */
    public static DataSummary of(Images images) {
        return new DataSummary(
                images.name(), images.sha256(), images.count(), images.height(), images.width(), images.channels());
    }

    /** For people. */
    @Override
    public String toString() {
        return "%s (%d images of %d×%d×%d, SHA-256 %s…)"
                .formatted(name, count, height, width, channels, sha256.substring(0, Math.min(8, sha256.length())));
    }
}
