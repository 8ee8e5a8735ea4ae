package scorefield.ncsn.data;

import scorefield.ncsn.file.Quantisation;

/**
 * Mean and standard deviation of all the numbers of a data set together, in the data's units: images as training sees them, in [0, 1].
 *
 * @param mean μ
 * @param deviation σ_d, about μ; 0 if all numbers are the same
 */
public record Moments(double mean, double deviation) {

    /** Of all samples. */
    public static Moments of(DataSet data) {
        return data instanceof Images images ? ofImages(images) : ofNumbers(((Points) data).coordinates());
    }

    /** A byte b stands for a number that is uniform on [b, b+1)/256. */
    private static Moments ofImages(Images images) {
        long[] counts = new long[Quantisation.LEVELS];
        for (byte b : images.raw()) {
            counts[b & 0xff]++;
        }
        double all = (double) images.count() * images.dimension();
        double mean = 0;
        for (int b = 0; b < counts.length; b++) {
            mean += counts[b] / all * (b + 0.5);
        }
        double variance = 1.0 / 12;
        for (int b = 0; b < counts.length; b++) {
            double difference = b + 0.5 - mean;
            variance += counts[b] / all * difference * difference;
        }
        return new Moments(mean / Quantisation.LEVELS, Math.sqrt(variance) / Quantisation.LEVELS);
    }

    private static Moments ofNumbers(float[] numbers) {
        double mean = 0;
        for (float number : numbers) {
            mean += (double) number / numbers.length;
        }
        double variance = 0;
        for (float number : numbers) {
            variance += (number - mean) * (number - mean) / numbers.length;
        }
        return new Moments(mean, Math.sqrt(variance));
    }
}
