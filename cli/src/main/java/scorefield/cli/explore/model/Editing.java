package scorefield.cli.explore.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.console.UserException;
import scorefield.cli.explore.server.Request;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.edit.ImageEdits;
import scorefield.ncsn.edit.InterpolationEnd;
import scorefield.ncsn.edit.RunPictures;
import scorefield.ncsn.edit.SampleInterpolation;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.flow.FlowMethod;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.PosteriorSampler;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.text.Text;

/** Edits of a picture that was drawn in the browser, or dropped into it: denoise, inpaint and interpolate. */
final class Editing {

    /** More steps at a noise level than anybody waits for. */
    private static final int MOST_STEPS = 10_000;

    private static final double RELATIVE_ERROR = 1e-3;

    /** Images of the run's size, each as {@link Pixels}; and what came of it, for people. */
    record Pictures(List<String> pictures, String what) {}

    /** How much of the work is done, up to 1. */
    record Share(double done) {}

    /** What a request asks about a picture. */
    private record Order(OpenRuns.Use use, Json asked) implements AutoCloseable {

        Run run() {
            return use.run();
        }

        ScoreModel model() {
            return use.model();
        }

        @Override
        public void close() {
            use.close();
        }

        Shape sample() {
            return run().sample();
        }

        Values image(String member) {
            return Pixels.image(asked.member(member), sample());
        }

        int count() {
            return (int) asked.member("count").whole(1, ScoreModel.batch(sample()));
        }

        long seed() {
            return asked.member("seed").whole(0, Long.MAX_VALUE);
        }

        OptionalInt steps() {
            return asked.find("steps")
                    .map(steps -> OptionalInt.of((int) steps.whole(1, MOST_STEPS)))
                    .orElse(OptionalInt.empty());
        }
    }

    private final OpenRuns runs;

    Editing(OpenRuns runs) {
        this.runs = runs;
    }

    private Order order(Request request) throws IOException {
        String folder = request.parameters().member("run").text();
        ImageEdits.requireImages(runs.run(folder));
        return new Order(runs.use(folder, request.device()), request.parameters());
    }

    /** An image of the run's data, by its number; of built-in digits, one that the run has not seen. */
    Pictures example(Request request) throws IOException {
        try (Order order = order(request)) {
            return example(order);
        }
    }

    private static Pictures example(Order order) throws IOException {
        int index = (int) order.asked.member("index").whole(0, Integer.MAX_VALUE);
        String source = order.run().configuration().data().source();
        Images image = RunPictures.ofDataSet(order.run().configuration(), source, index);
        RunPictures.requireSize(source, image, order.sample());
        return new Pictures(
                Pixels.of(image.numbers(0, order.sample().dim(2)), order.sample()),
                source.equals(DataSets.DIGITS) ? "digit " + index : "image " + index + " of " + source);
    }

    /** A picture that was dropped, of any size and format that the program reads. */
    Pictures picture(Request request) throws IOException {
        try (Order order = order(request)) {
            return picture(order);
        }
    }

    private static Pictures picture(Order order) throws IOException {
        String name = order.asked.member("name").text();
        Values image = RunPictures.fitted(
                order.run().configuration(), order.sample(), name, Pixels.bytes(order.asked.member("file")));
        return new Pictures(Pixels.of(image, order.sample()), name);
    }

    /** The noisy picture, the mean of the possible clean images, and samples of them where steps are asked for. */
    Pictures denoise(Request request) throws IOException {
        try (Order order = order(request)) {
            return denoise(request, order);
        }
    }

    private static Pictures denoise(Request request, Order order) throws IOException {
        double sigma = order.asked.member("sigma").number();
        Values image = order.image("image");
        boolean adds = Boolean.TRUE.equals(order.asked.member("addNoise").plain());
        Values noisy = adds ? ImageEdits.noisy(image, sigma, order.seed()) : image;
        OptionalInt steps = order.steps();
        int count = order.count();
        List<String> pictures = new ArrayList<>(Pixels.of(noisy, order.sample()));
        try (PosteriorSampler sampler =
                new ImageEdits(order.model()).denoising(noisy, ImageEdits.levels(order.run(), sigma, steps), count)) {
            pictures.addAll(Pixels.of(sampler.mean(), order.sample()));
            if (steps.isPresent()) {
                pictures.addAll(Pixels.of(drawn(sampler, count, order.seed(), request), order.sample()));
            }
        }
        return new Pictures(
                pictures,
                "the noisy picture, the mean of the possible clean images"
                        + (steps.isPresent() ? ", and " + count + " samples of them" : ""));
    }

    /** Completions of the picture; the mask has a byte for each pixel, not 0 where it is to be filled in. */
    Pictures inpaint(Request request) throws IOException {
        try (Order order = order(request)) {
            return inpaint(request, order);
        }
    }

    private static Pictures inpaint(Request request, Order order) throws IOException {
        byte[] mask = Pixels.bytes(order.asked.member("mask"));
        boolean[] known = new boolean[order.sample().dim(0) * order.sample().dim(1)];
        if (mask.length != known.length) {
            throw new UserException("the mask must have " + known.length + " pixels; got " + mask.length);
        }
        int hidden = 0;
        for (int pixel = 0; pixel < known.length; pixel++) {
            known[pixel] = mask[pixel] == 0;
            hidden += known[pixel] ? 0 : 1;
        }
        if (hidden == 0) {
            throw new UserException("paint a mask over the part to be filled in first");
        }
        var plan = ImageEdits.plan(order.run().configuration(), order.steps());
        int count = order.count();
        try (Sampler sampler = new ImageEdits(order.model()).inpainting(order.image("image"), known, plan, count)) {
            Values filled = drawn(sampler, count, order.seed(), request);
            return new Pictures(
                    Pixels.of(filled, order.sample()),
                    hidden + " of " + known.length + " pixels filled in, " + plan.description());
        }
    }

    /** From one picture to another, both ends included. */
    Pictures interpolate(Request request) throws IOException {
        try (Order order = order(request)) {
            return interpolate(request, order);
        }
    }

    private static Pictures interpolate(Request request, Order order) throws IOException {
        int steps = (int) order.asked.member("steps").whole(2, ScoreModel.batch(order.sample()));
        SampleInterpolation interpolation = SampleInterpolation.between(
                order.run(),
                order.model(),
                end("the first picture", order.image("from")),
                end("the second picture", order.image("to")),
                steps,
                new FlowMethod.Adaptive(new Tolerance(RELATIVE_ERROR, RELATIVE_ERROR)),
                (share, from) -> request.progress(new Share(share)));
        double error = interpolation.recoveryErrors().stream()
                .flatMap(Optional::stream)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        return new Pictures(
                Pixels.of(interpolation.samples(), order.sample()),
                Text.of(
                        "%d pictures; the ends were recovered from their noise with a root-mean-square error of at most %.2g",
                        steps, error));
    }

    private static InterpolationEnd end(String name, Values image) {
        return new InterpolationEnd(name, image.floats(), 0);
    }

    private static Values drawn(Sampler sampler, int count, long seed, Request request) {
        return sampler.sample(count, seed, stage -> request.progress(new Share(stage.fraction())));
    }
}
