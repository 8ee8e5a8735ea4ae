package scorefield.cli.explore.model;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Values;
import scorefield.cli.explore.server.Request;
import scorefield.cli.picture.Animation;
import scorefield.cli.picture.ImagePictures;
import scorefield.cli.picture.PlanarGround;
import scorefield.cli.picture.PointPictures;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.SamplingSettings;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.evaluation.Contender;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.ode.IntegrationException;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.DivergenceException;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;

/** Draws samples while the page watches, and with every sampler. */
final class Drawing {

    private static final int MOST_EVALUATIONS = 10_000;

    /**
     * The samples at a noise level, as a picture.
     *
     * @param sigma the noise level; 0 at the end
     * @param done the share of the work
     * @param png the picture, in base64
     */
    record Frame(double sigma, double done, String png) {}

    /** What was drawn, and how. */
    record Drawn(String how, int evaluations) {}

    /**
     * What one sampler made of its evaluations.
     *
     * @param how its choices
     * @param taken how many evaluations it took
     * @param png the samples as a picture, in base64; empty where it failed
     * @param failure why; empty where it did not
     */
    record Compared(String sampler, String how, int taken, String png, String failure) {}

    /** How far a comparison is: the sampler at work, and the share of all work that is done. */
    record Working(String sampler, double done) {}

    /** What a request asks of samples. */
    private record Order(OpenRuns.Use use, int count, long seed) implements AutoCloseable {

        Run run() {
            return use.run();
        }

        @Override
        public void close() {
            use.close();
        }

        boolean points() {
            return SampleKind.isPoint(run().sample());
        }

        /** Pictures over a ground that the samples decide. */
        PointPictures pointPictures(Values samples) {
            return new PointPictures(
                    PlanarGround.ofSamples(run().configuration().data(), samples.floats()));
        }

        BufferedImage picture(Values samples) {
            return points() ? pointPictures(samples).frame(samples, 0) : new ImagePictures().frame(samples, 0);
        }
    }

    private final OpenRuns runs;

    Drawing(OpenRuns runs) {
        this.runs = runs;
    }

    private Order order(Request request) throws IOException {
        Json asked = request.parameters();
        String folder = asked.member("run").text();
        int count = (int)
                asked.member("count").whole(1, ScoreModel.batch(runs.run(folder).sample()));
        long seed = asked.member("seed").whole(0, Long.MAX_VALUE);
        return new Order(runs.use(folder, request.device()), count, seed);
    }

    /** A sampler that was named, with the run's choices, or with those that follow from a number of evaluations. */
    private static SamplerChoice choice(Configuration run, Json asked) {
        Settings sampler =
                Settings.of("sampling.sampler", asked.member("sampler").text());
        return asked.find("evaluations")
                .map(number -> SamplingSettings.spending((int) number.whole(2, MOST_EVALUATIONS))
                        .over(sampler))
                .map(run::with)
                .orElseGet(() -> run.with(sampler))
                .sampler();
    }

    /** Draws samples, and sends the frames that `sample --frames` would show. */
    Drawn anneal(Request request) throws IOException {
        try (Order order = order(request)) {
            return anneal(request, order);
        }
    }

    private static Drawn anneal(Request request, Order order) {
        SamplerChoice choice = choice(order.run().configuration(), request.parameters());
        try (Sampler sampler = order.use.model().sampler(choice, order.count)) {
            Animation animation = new Animation();
            List<Noisy> watched = new ArrayList<>();
            ImagePictures pictures = new ImagePictures();
            Values drawn = sampler.sample(order.count, order.seed, stage -> {
                if (animation.wants(stage.done())) {
                    if (order.points()) {
                        watched.add(new Noisy(stage.x(), stage.sigma(), stage.done()));
                    } else {
                        send(request, pictures.frame(stage.x(), stage.sigma()), stage.sigma(), stage.done());
                    }
                }
            });
            if (order.points()) {
                // The part of the plane that is shown follows from the samples.
                PointPictures plane = order.pointPictures(drawn);
                watched.forEach(noisy -> send(request, plane.frame(noisy.x, noisy.sigma), noisy.sigma, noisy.done));
            }
            send(request, order.picture(drawn), 0, 1);
            return new Drawn(choice.description(), choice.networkEvaluations(sampler));
        }
    }

    private record Noisy(Values x, double sigma, double done) {}

    private static void send(Request request, BufferedImage picture, double sigma, double done) {
        request.progress(new Frame(sigma, done, base64(picture)));
    }

    private static String base64(BufferedImage picture) {
        try {
            return Base64.getEncoder().encodeToString(PngWriter.encode(picture));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Draws the same samples with every sampler, each with the same number of evaluations. */
    Map<String, Integer> compare(Request request) throws IOException {
        try (Order order = order(request)) {
            return compare(request, order);
        }
    }

    private static Map<String, Integer> compare(Request request, Order order) {
        int evaluations = (int) request.parameters().member("evaluations").whole(2, MOST_EVALUATIONS);
        List<Contender> contenders = Contender.all(order.run().configuration(), evaluations);
        for (int i = 0; i < contenders.size(); i++) {
            Contender contender = contenders.get(i);
            request.progress(new Working(contender.kind().name(), (double) i / contenders.size()));
            request.progress(contender
                    .choice()
                    .map(choice -> drawn(order, contender, choice))
                    .orElseGet(() -> failed(contender, contender.refusal())));
        }
        return Map.of("samplers", contenders.size());
    }

    private static Compared drawn(Order order, Contender contender, SamplerChoice choice) {
        try (Sampler sampler = order.use.model().sampler(choice, order.count)) {
            Values samples = sampler.sample(order.count, order.seed);
            return new Compared(
                    contender.kind().name(),
                    contender.description(),
                    choice.networkEvaluations(sampler),
                    base64(order.picture(samples)),
                    "");
        } catch (DivergenceException | IntegrationException e) {
            return failed(contender, String.valueOf(e.getMessage()));
        }
    }

    private static Compared failed(Contender contender, String why) {
        return new Compared(contender.kind().name(), contender.description(), contender.allowed(), "", why);
    }
}
