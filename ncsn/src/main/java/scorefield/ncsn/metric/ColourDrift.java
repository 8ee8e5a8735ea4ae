package scorefield.ncsn.metric;

import scorefield.ncsn.data.Images;

/**
 * How far samples' colours are from a reference's: the mean and the variance of each channel's pixels, as differences in standard errors.
 * The pixels of an image depend on each other, images do not: so each image gives one number, and the error is that of a mean over images.
 *
 * <p>An image's number for the variance is the mean over its pixels of (x − c)², c being the mean of the reference: what the pixels vary
 * around, fixed once. Pixels are bytes on both sides, taken as b/255; a drift in errors does not depend on their unit.
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

    /** (samples' mean − reference's mean)/standard error, of a channel; about standard normal where there is no drift. */
    public Measurement mean(Images samples, int channel) {
        return drift(perImage(samples, channel, 0, 1), means[channel]);
    }

    /** (samples' variance − reference's variance)/standard error, of a channel. */
    public Measurement variance(Images samples, int channel) {
        return drift(perImage(samples, channel, centre[channel], 2), variances[channel]);
    }

    private Measurement drift(double[] samples, Estimate reference) {
        Estimate own = Estimate.of(samples);
        double error = Math.hypot(own.standardError(), reference.standardError());
        if (error == 0) {
            // Every image has the same number: two constants, equal or infinitely many errors apart.
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
