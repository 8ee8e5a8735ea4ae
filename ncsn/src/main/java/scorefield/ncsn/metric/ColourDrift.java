package scorefield.ncsn.metric;

import scorefield.ncsn.data.Images;

/**
 * The colour drift of samples from a reference: the differences in mean and variance of each channel's pixels, in standard errors. The
 * pixels of an image are dependent, but images are independent. So each image contributes one number, and the standard error is that of a
 * mean over images.
 *
 * <p>For the variance, the number of an image is the mean over its pixels of (x − c)², where the centre c is the mean of the reference.
 * Pixels are bytes on both sides, taken as b/255; a drift in standard errors does not depend on their unit.
 */
public final class ColourDrift {

    private final double[] centre;
    private final Estimate[] means;
    private final Estimate[] variances;
    private final int m;

    /** The drift from a reference of two or more images. */
    public ColourDrift(Images reference) {
        m = reference.count();
        int channels = reference.channels();
        centre = new double[channels];
        means = new Estimate[channels];
        variances = new Estimate[channels];
        for (int c = 0; c < channels; c++) {
            means[c] = estimatedMean(reference, c);
            centre[c] = means[c].mean();
            variances[c] = estimatedVariance(reference, c);
        }
    }

    /** (mean of samples − mean of reference)/standard error, for a channel; about standard normal if there is no drift. */
    public Measurement mean(Images samples, int channel) {
        return drift(perImage(samples, channel, 0, 1), means[channel]);
    }

    /** (variance of samples − variance of reference)/standard error, for a channel. */
    public Measurement variance(Images samples, int channel) {
        return drift(perImage(samples, channel, centre[channel], 2), variances[channel]);
    }

    private Measurement drift(double[] samples, Estimate reference) {
        Estimate own = Estimate.of(samples);
        double error = Math.hypot(own.standardError(), reference.standardError());
        if (error == 0) {
            // All images have the same number, on both sides: the drift is 0 or infinite.
            double drift = own.deviationFrom(reference.mean());
            return new Measurement(drift, drift, drift, samples.length, m);
        }
        return Measurement.around(
                (own.mean() - reference.mean()) / error, own.standardError() / error, samples.length, m);
    }

    private Estimate estimatedMean(Images images, int channel) {
        return Estimate.of(perImage(images, channel, 0, 1));
    }

    private Estimate estimatedVariance(Images images, int channel) {
        return Estimate.of(perImage(images, channel, centre[channel], 2));
    }

    /** For each image the mean over its pixels of (x − around) or its square. */
    private static double[] perImage(Images images, int channel, double around, int power) {
        double[] numbers = new double[images.count()];
        int pixels = images.height() * images.width();
        for (int n = 0; n < numbers.length; n++) {
            byte[] image = images.image(n);
            for (int at = channel; at < image.length; at += images.channels()) {
                double difference = (image[at] & 0xff) / 255.0 - around;
                numbers[n] += (power == 1 ? difference : difference * difference) / pixels;
            }
        }
        return numbers;
    }
}
