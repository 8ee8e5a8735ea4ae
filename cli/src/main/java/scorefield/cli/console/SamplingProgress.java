package scorefield.cli.console;

import java.io.PrintWriter;
import java.util.function.Function;
import scorefield.autodiff.Values;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.text.Text;

/** Shows the progress of a sampler. */
public final class SamplingProgress {

    private SamplingProgress() {}

    /**
     * Draws samples and shows the progress.
     *
     * @param name of the work, in a word
     * @param observer is told of every stage as well
     */
    public static Values draw(
            String name, PrintWriter console, Sampler sampler, int count, long seed, Sampler.Observer observer) {
        return draw(name, console, sampler, count, seed, Collective.ALONE, observer);
    }

    /** The same on several ranks, which share the batches. */
    public static Values draw(
            String name,
            PrintWriter console,
            Sampler sampler,
            int count,
            long seed,
            Collective ranks,
            Sampler.Observer observer) {
        return during(
                name,
                console,
                progress -> sampler.sample(count, seed, ranks, stage -> {
                    observer.stageDone(stage);
                    progress.stageDone(stage);
                }));
    }

    /**
     * Shows the progress of work that observes a sampler.
     *
     * @param work is given the observer that shows the progress
     */
    public static <T> T during(String name, PrintWriter console, Function<Sampler.Observer, T> work) {
        try (Progress progress = Progress.inPercent(name, console)) {
            T result = work.apply(stage -> progress.share(stage.fraction(), Text.of("σ %.4g", stage.sigma())));
            // Some samplers have something left to do after their last stage.
            progress.share(1, "done");
            return result;
        }
    }
}
