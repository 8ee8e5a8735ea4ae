package scorefield.ncsn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.ConfigurationYaml;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.run.RunHistory.Outcome;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.setting.BadConfigurationException;

/** Runs from Java, as a program that has no command line trains, resumes and uses them. */
class TrainingTest {

    @TempDir
    private Path folder;

    private Training.Builder tiny(String name) {
        return Training.on("moons")
                .set("data.count", 100)
                .set("network.width", 8)
                .set("network.hidden", 1)
                .set("training.batch", 16)
                .set("training.steps", 6)
                .set("sampling.steps-per-level", 1)
                .set("output.log-every", 2)
                .set("output.preview-every", 4)
                .set("output.preview-images", 3)
                .folder(folder.resolve(name));
    }

    /** Writes down what it is called with, and stops after a step. */
    private static final class Recorder implements TrainingListener {

        private final List<String> calls = new ArrayList<>();
        private final long last;
        private long step;

        Recorder(long last) {
            this.last = last;
        }

        @Override
        public boolean isStopRequested() {
            return step >= last;
        }

        @Override
        public void begun(Training training) {
            calls.add("begun " + training.folder().path().getFileName());
        }

        @Override
        public void stepped(long taken) {
            step = taken;
        }

        @Override
        public void measured(Metrics.Reading reading) {
            calls.add("measured " + reading.step());
        }

        @Override
        public void previewed(long after, Values samples) {
            calls.add("previewed " + after + " " + samples.shape());
        }

        @Override
        public void changed(RunStatus status) {
            calls.add(status.outcome() + " " + status.step());
        }

        @Override
        public void trained(Run run, Device device) {
            calls.add("trained " + run.checkpoint().state().step());
        }
    }

    @Test
    void aRunIsTrainedAndUsed() throws IOException {
        Recorder recorder = new Recorder(Long.MAX_VALUE);
        try (Device device = new ReferenceDevice()) {
            Run run = tiny("whole").build().run(device, recorder);
            assertThat(recorder.calls)
                    .containsExactly(
                            "begun whole",
                            "RUNNING 0",
                            "measured 1",
                            "measured 2",
                            "measured 4",
                            "previewed 4 3×2",
                            "measured 6",
                            "trained 6",
                            "FINISHED 6");
            assertThat(Metrics.read(run.folder().metrics()))
                    .extracting(Metrics.Reading::step)
                    .containsExactly(2L, 4L, 6L);
            assertThat(run.folder().configuration()).content().contains("source: moons", "steps: 6");

            Run opened = Run.open(folder.resolve("whole"));
            assertThat(opened.checkpoint().state()).isEqualTo(run.checkpoint().state());
            assertThat(opened.configuration().toMap())
                    .isEqualTo(run.configuration().toMap());
            assertThat(opened.toString()).isEqualTo(folder.resolve("whole") + ", step 6");
            Values samples = opened.sample(device, 5, 1);
            assertThat(samples.shape()).isEqualTo(Shape.of(5, 2));
            assertThat(opened.sample(device, 5, 1).floats()).isEqualTo(samples.floats());
            assertThat(opened.sample(device, 5, 2).floats()).isNotEqualTo(samples.floats());

            Values x = Values.of(Shape.of(3, 2), 0f, 1f, 2f, 3f, 4f, 5f);
            Values scores = opened.score(device, x, 0.5, 1, 2);
            Values second = opened.score(device, Values.of(Shape.of(1, 2), 2f, 3f), 1);
            assertThat(scores.shape()).isEqualTo(x.shape());
            assertThat(second.get(1)).isEqualTo(scores.get(3));
            assertThatThrownBy(() -> opened.score(device, x, 1, 2))
                    .hasMessage("there must be one noise level, or one for each of the 3 samples; got 2");
            assertThatThrownBy(() -> opened.score(device, Values.of(Shape.of(2, 3), new float[6]), 1))
                    .hasMessageContaining("the network computes scores of N×2, but x is 2×3");
        }
    }

    @Test
    void aRunThatWasStoppedIsResumedToTheSameBits() throws IOException {
        try (Device device = new ReferenceDevice()) {
            Run whole = tiny("whole").run(device);
            Recorder recorder = new Recorder(3);
            Run part = tiny("part").build().run(device, recorder);
            assertThat(part.checkpoint().state().step()).isEqualTo(3);
            assertThat(part.status().outcome()).isEqualTo(Outcome.STOPPED);
            assertThat(recorder.calls).endsWith("measured 2", "STOPPED 3");

            Training resumed = Training.resume(Run.open(folder.resolve("part")), Settings.NONE);
            assertThat(resumed.isResumed()).isTrue();
            Run rest = resumed.run(device);
            assertThat(rest.checkpoint().state()).isEqualTo(whole.checkpoint().state());
            assertThat(rest.status().history().sessions())
                    .extracting(RunHistory.Session::outcome)
                    .containsExactly(Outcome.STOPPED, Outcome.FINISHED);
        }
    }

    @Test
    void aPerceptronWithLearnedUncertaintyIsResumedToTheSameBits() throws IOException {
        Settings learned = Settings.of("objective.uncertainty", true);
        try (Device device = new ReferenceDevice()) {
            Run whole = tiny("whole").set(learned).run(device);
            tiny("part").set(learned).build().run(device, new Recorder(3));
            Run rest = Training.resume(Run.open(folder.resolve("part")), Settings.NONE)
                    .run(device);
            assertThat(rest.checkpoint().state()).isEqualTo(whole.checkpoint().state());
            assertThat(rest.sample(device, 3, 1).floats())
                    .isEqualTo(whole.sample(device, 3, 1).floats());
            assertThatThrownBy(() -> tiny("other")
                            .set(learned)
                            .set("objective.matching", "sliced")
                            .build())
                    .isInstanceOf(BadConfigurationException.class)
                    .hasMessageContaining("objective.uncertainty needs objective.matching=annealed");
        }
    }

    /** The guide is the average of step 3; a run that was stopped before it has none, and draws without. */
    @Test
    void theRunsOwnGuideGuidesItsSamples() throws IOException {
        Settings guidance = Settings.of("training.guide", 0.5)
                .over(Settings.of("sampling.autoguidance", 2.0))
                .over(Settings.of("sampling.autoguidance-min", 0.1))
                .over(Settings.of("sampling.autoguidance-max", 1.0));
        try (Device device = new ReferenceDevice()) {
            Run run = tiny("guided").set(guidance).build().run(device);
            Values guided = run.sample(device, 5, 1);
            float[] guide = run.checkpoint().state().guide().orElseThrow();
            assertThat(guide).isNotEqualTo(run.checkpoint().state().average());

            ScoreNetwork network = run.network();
            Tensor own = Tensor.constant(
                    Values.of(Shape.of(guide.length), run.checkpoint().state().average()));
            Tensor worse = Tensor.constant(Values.of(Shape.of(guide.length), guide));
            ScoreFunction known = (x, sigma) -> {
                Tensor s = network.with(network.parameters().weights(own)).score(x, sigma);
                Tensor g = network.with(network.parameters().weights(worse)).score(x, sigma);
                Tensor out = Tensor.scalar(1.0).lessThan(sigma).plus(sigma.lessThan(Tensor.scalar(0.1)));
                return s.plus(
                        s.minus(g).times(Tensor.scalar(2).minus(out.times(2)).reshape(5, 1)));
            };
            SamplerChoice choice = run.configuration().sampler();
            try (Sampler sampler = choice.on(device, known, Shape.of(5, 2))) {
                assertThat(guided.floats()).isEqualTo(sampler.sample(5, 1).floats());
            }
            try (Sampler sampler = run.on(device).sampler(choice, 5)) {
                assertThat(choice.networkEvaluations(sampler)).isEqualTo(2 * sampler.evaluations());
            }
            assertThat(run.configuration()
                            .with("sampling.sampler", "edm")
                            .with("sampling.evaluations", 20)
                            .sampler()
                            .description())
                    .isEqualTo(run.configuration()
                                    .with("sampling.sampler", "edm")
                                    .with("sampling.autoguidance", 0)
                                    .with("sampling.evaluations", 10)
                                    .sampler()
                                    .description()
                            + ", autoguidance w = 2.000 from σ = 1.000 to 0.1000");
            assertThatThrownBy(() ->
                            run.configuration().with("sampling.evaluations", 3).sampler())
                    .hasMessageContaining("sampling.evaluations must be at least 4 with sampling.autoguidance");
            assertThat(choice.description()).endsWith(", autoguidance w = 2.000 from σ = 1.000 to 0.1000");
            try (Sampler sampler = choice.on(device, run.on(device).score(), Shape.of(5, 2))) {
                assertThat(guided.floats()).isNotEqualTo(sampler.sample(5, 1).floats());
            }

            Run early = tiny("early")
                    .set(guidance)
                    .set("training.steps", 100)
                    .build()
                    .run(device, new Recorder(2));
            try (Sampler sampler = choice.on(device, early.on(device).score(), Shape.of(5, 2))) {
                assertThat(early.sample(device, 5, 1).floats())
                        .isEqualTo(sampler.sample(5, 1).floats());
            }
        }
        assertThatThrownBy(
                        () -> tiny("unguided").set("sampling.autoguidance", 1.0).build())
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("set training.guide=0.2 for a new run");
    }

    @Test
    void whatCannotBeTrainedIsRefused() throws IOException {
        assertThatThrownBy(() -> Run.open(folder.resolve("none")))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("there is no run in this folder");
        assertThatThrownBy(() -> Training.on("mooons").build())
                .hasMessage("mooons: there is no such file or folder; did you mean the built-in 'moons'?");
        assertThatThrownBy(() -> Training.on("moons").set("training.stepz", 1))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("did you mean 'training.steps'?");
        try (Device device = new ReferenceDevice()) {
            Run run = tiny("run").set("training.steps", 1).run(device);
            assertThatThrownBy(() -> tiny("run").build())
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("there already is a run in this folder");
            assertThatThrownBy(() -> Training.resume(run, Settings.of("network.width", 9)))
                    .isInstanceOf(BadConfigurationException.class);
        }
    }

    @Test
    void aListenersFailureIsRecorded() throws IOException {
        TrainingListener failing = new TrainingListener() {
            @Override
            public void previewed(long step, Values samples) throws IOException {
                throw new IOException("no picture can be written");
            }
        };
        try (Device device = new ReferenceDevice()) {
            Training training = tiny("failing").build();
            assertThatThrownBy(() -> training.run(device, failing))
                    .isInstanceOf(TrainingFailedException.class)
                    .hasMessageStartingWith("no picture can be written; the checkpoint of step 0 is intact: ");
            RunStatus status = Run.open(folder.resolve("failing")).status();
            assertThat(status.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(status.session().orElseThrow().message()).isEqualTo("no picture can be written");
        }
    }

    @Test
    void whatWasEditedInTheFoldersConfigurationIsTakenOrRefused() throws IOException {
        try (Device device = new ReferenceDevice()) {
            Run part = tiny("edited").build().run(device, new Recorder(3));
            Path file = part.folder().configuration();
            String written = Files.readString(file);
            assertThat(Training.resume(part, Settings.NONE).notes()).isEmpty();

            Files.writeString(file, written.replace("batch: 16", "batch: 17"));
            assertThatThrownBy(() -> Training.resume(part, Settings.NONE))
                    .isInstanceOf(BadConfigurationException.class)
                    .hasMessageStartingWith(file + ": training.batch is 16 in the run, but 17 was asked for");
            Files.writeString(file, "training: [");
            assertThatThrownBy(() -> Training.resume(part, Settings.NONE))
                    .isInstanceOf(BadConfigurationException.class)
                    .hasMessageStartingWith(file + ": is not YAML");

            String edited = "# longer\n"
                    + written.replace("steps: 6", "steps: 8 # not 6").replace("log-every: 2", "log-every: 4");
            Files.writeString(file, edited);
            Training resumed = Training.resume(part, Settings.NONE);
            assertThat(resumed.notes())
                    .containsExactly(
                            "training.steps=8, from " + file + "; the run had 6",
                            "output.log-every=4, from " + file + "; the run had 2");
            Training asked = Training.resume(part, Settings.of("training.steps", 7));
            assertThat(asked.configuration().training().steps()).isEqualTo(7);
            assertThat(asked.notes()).containsExactly("output.log-every=4, from " + file + "; the run had 2");

            Run rest = resumed.run(device);
            assertThat(rest.checkpoint().state().step()).isEqualTo(8);
            assertThat(file).as("file and run agree").hasContent(edited);
            assertThat(rest.status().history().set()).contains("training.steps", "output.log-every");
            Run longer = Training.resume(rest, Settings.of("training.steps", 9)).run(device);
            assertThat(ConfigurationYaml.read(file).values())
                    .isEqualTo(Settings.read(longer.configuration().toMap()).values());
            Files.delete(file);
            assertThat(Training.resume(longer, Settings.NONE).notes()).isEmpty();
        }
    }

    @Test
    void aRunIsNamedByItsFolderOrItsCheckpoint() throws IOException {
        try (Device device = new ReferenceDevice()) {
            Run run = tiny("named").set("training.steps", 1).run(device);
            Run byFile = Run.open(run.folder().checkpoint());
            assertThat(byFile.folder()).isEqualTo(run.folder());
            Path metrics = run.folder().metrics();
            assertThatThrownBy(() -> Run.open(metrics))
                    .isInstanceOf(RunException.class)
                    .hasMessage(metrics + ": is a file; name the folder of a run, or the checkpoint.safetensors in it");
            assertThatThrownBy(() -> byFile.requireTrainedAt(1, 1e6))
                    .isInstanceOf(BadConfigurationException.class)
                    .hasMessageMatching("sigma must be from 0.05 to [\\d.]+, the noise levels of the run; got 1000000");
            byFile.requireTrainedAt(0.05, byFile.noiseLevels().largest());
            Values x = Values.of(Shape.of(1, 2), 0f, 1f);
            for (double sigma : new double[] {0, -1, 0.0499, 1e9, Double.NaN, Double.POSITIVE_INFINITY}) {
                assertThatThrownBy(() -> byFile.score(device, x, sigma)).isInstanceOf(BadConfigurationException.class);
            }
        }
    }

    @Test
    void divergenceSaysStepNoiseLevelsFirstTensorAndWhatToTry() throws IOException {
        try (Device device = new ReferenceDevice()) {
            Training wild = tiny("wild")
                    .set("training.learning-rate", 1e30)
                    .set("training.steps", 50)
                    .build();
            assertThatThrownBy(() -> wild.run(device))
                    .isInstanceOf(TrainingFailedException.class)
                    .hasMessageMatching(
                            "step \\d+: the loss or its gradient is not finite \\(noise levels of the batch: σ from"
                                    + " [\\d.]+ to [\\d.]+\\); the first tensor that is not: .*; the checkpoint of step 0 is intact: .*; try a"
                                    + " lower training.learning-rate \\(it is 1e\\+30\\) or more steps of training.warmup \\(there are \\d+\\)");
            assertThat(Run.open(folder.resolve("wild")).status().outcome()).isEqualTo(Outcome.DIVERGED);
            // Each step's loss is finite as float, their sum over the steps that one line of metrics speaks of is not.
            for (double rate : new double[] {1e8, 1e12, 1e16, 1e18, 1e20, 3e38}) {
                Training other = tiny("wild-" + rate)
                        .set("training.learning-rate", rate)
                        .set("training.steps", 50)
                        .build();
                assertThatThrownBy(() -> other.run(device)).isInstanceOf(TrainingFailedException.class);
            }
        }
    }
}
