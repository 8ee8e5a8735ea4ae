package scorefield.ncsn.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import scorefield.autodiff.Values;
import scorefield.ncsn.flow.FlowMethod;
import scorefield.ncsn.flow.Interpolation;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * What lies between two samples, by way of their noise: {@link Interpolation}.
 *
 * @param samples N×sample, the first and the last being the ends
 * @param away how far each given end came back from where it began, root mean square; empty for an end that was noise
 */
public record SampleInterpolation(Values samples, List<Optional<Double>> away) {

    /** Receives the progress of the work. */
    @FunctionalInterface
    public interface Progress {

        /**
         * Some of the way is done.
         *
         * @param share up to 1
         * @param from where the part at work starts: {@code cat.png}, or {@code noise}
         */
        void at(double share, String from);
    }

    /**
     * Interpolates.
     *
     * @param steps how many samples, both ends included, at least 2
     */
    public static SampleInterpolation between(
            Run run,
            ScoreModel model,
            InterpolationEnd first,
            InterpolationEnd last,
            int steps,
            FlowMethod method,
            Progress progress) {
        NoiseLevels levels = run.noiseLevels();
        Prior prior = Prior.of(run.sample().times(1), levels.largest());
        List<InterpolationEnd> ends = List.of(first, last);
        double ways = 1 + ends.stream().filter(end -> !end.isNoise()).count();
        try (Interpolation interpolation =
                new Interpolation(model.device(), model.score(), run.sample().times(steps), levels, prior, method)) {
            List<float[]> noises = new ArrayList<>();
            int gone = 0;
            for (InterpolationEnd end : ends) {
                if (end.isNoise()) {
                    noises.add(interpolation.noise(end.seed()));
                } else {
                    int before = gone++;
                    noises.add(interpolation.noise(
                            end.given(),
                            // Another seed for each end: the noise added to one has nothing in common with the other's.
                            noises.size(),
                            share -> progress.at((before + share) / ways, end.text())));
                }
            }
            int before = gone;
            Values samples = interpolation.between(
                    noises.get(0), noises.get(1), share -> progress.at((before + share) / ways, "noise"));
            return new SampleInterpolation(
                    samples,
                    List.of(
                            away(first, samples.floats(), 0),
                            away(
                                    last,
                                    samples.floats(),
                                    (steps - 1) * run.sample().size())));
        }
    }

    /** How far an end is from the sample at a place of many. */
    private static Optional<Double> away(InterpolationEnd end, float[] samples, int at) {
        if (end.isNoise()) {
            return Optional.empty();
        }
        float[] sample = end.given();
        double squares = 0;
        for (int i = 0; i < sample.length; i++) {
            double difference = sample[i] - samples[at + i];
            squares += difference * difference / sample.length;
        }
        return Optional.of(Math.sqrt(squares));
    }
}
