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
            means[c] = mean(reference, c);
            centre[c] = means[c].mean();
            variances[c] = variance(reference, c);
        }
    }

    /** (samples' mean − reference's mean)/standard error, of a channel; about standard normal where there is no drift. */
    public Measurement mean(Images samples, int channel, Bootstrap bootstrap) {
        return drift(perImage(samples, channel, 0, 1), means[channel], bootstrap);
    }

    /** (samples' variance − reference's variance)/standard error, of a channel. */
    public Measurement variance(Images samples, int channel, Bootstrap bootstrap) {
        return drift(perImage(samples, channel, centre[channel], 2), variances[channel], bootstrap);
    }

    private Measurement drift(double[] samples, Estimate reference, Bootstrap bootstrap) {
        Estimate own = Estimate.of(samples);
        double error = Math.hypot(own.standardError(), reference.standardError());
        Measurement mean = bootstrap.mean(samples, m);
        if (error == 0) {
            // Every image has the same number: two constants, equal or infinitely many errors apart.
            double drift = own.deviationFrom(reference.mean());
            return new Measurement(drift, drift, drift, samples.length, m);
        }
        return new Measurement(
                (mean.value() - reference.mean()) / error,
                (mean.low() - reference.mean()) / error,
                (mean.high() - reference.mean()) / error,
                samples.length,
                m);
    }

    private Estimate mean(Images images, int channel) {
        return Estimate.of(perImage(images, channel, 0, 1));
    }

    private Estimate variance(Images images, int channel) {
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
