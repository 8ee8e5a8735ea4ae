package scorefield.cli.gpu;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.gpu.AcceptanceReport.Section;
import scorefield.cli.inspect.Subject;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.file.JsonFile;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Average;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.TrainingState;

/**
 * PyTorch's speed on the same step: {@code pytorch_step.py} beside this class builds the same network from a checkpoint, shows that its score
 * is the same, and times the same training step with cuDNN, eagerly and compiled, TF32 allowed. Both train with Adam and mirror nothing.
 */
final class PyTorchComparison {

    private static final String SCRIPT = "pytorch_step.py";

    /** TF32 keeps ten bits of each factor: scores differ by about this much of their norm at most. */
    private static final double TF32 = 1e-2;

    private static final double SIGMA = 0.5;

    /** PyTorch has at least so long, as compiling takes a minute. */
    private static final long LEAST_SECONDS = 120;

    private final ClDevice device;
    private final List<Subject> networks;
    private final Path folder;
    private final Deadline deadline;

    PyTorchComparison(ClDevice device, List<Subject> networks, Path folder, Deadline deadline) {
        this.device = device;
        this.networks = networks;
        this.folder = folder;
        this.deadline = deadline;
    }

    void run(Section section) throws IOException {
        Path script = folder.resolve(SCRIPT);
        try (InputStream text = Objects.requireNonNull(PyTorchComparison.class.getResourceAsStream(SCRIPT), SCRIPT)) {
            Files.copy(text, script, StandardCopyOption.REPLACE_EXISTING);
        }
        String found = python(List.of(script.toString())).strip();
        if (!found.startsWith("PyTorch")) {
            section.note("no python3 with PyTorch and CUDA was found"
                    + (found.isEmpty()
                            ? ""
                            : ": " + found.lines().reduce((a, b) -> b).orElse("")));
            return;
        }
        section.note(found);
        for (Subject subject : networks) {
            if (deadline.isOver()) {
                section.note(subject.name() + ": not compared, as the time was up");
                continue;
            }
            if (!isWritten(subject)) {
                section.note(subject.name() + ": not compared; " + SCRIPT
                        + " has U-Nets with EDM's preconditioning, without attention");
                continue;
            }
            compare(section, plain(subject), script);
        }
    }

    /** Whether the script can build a network. */
    private static boolean isWritten(Subject subject) {
        Configuration configuration = subject.configuration();
        return !SampleKind.isPoint(subject.data().sample())
                && configuration.network().attention().isEmpty()
                && configuration.training().augmentation() == 0
                && configuration.model().dataMean().isPresent()
                && configuration.model().dataDeviation().isPresent();
    }

    /** The same network without classes, trained with Adam on images that are not mirrored. */
    private static Subject plain(Subject subject) {
        Configuration changed = subject.configuration()
                .with(Settings.of("training.optimiser", "adam")
                        .over(Settings.of("data.flip", false))
                        .over(Settings.of("model.classes", 0)));
        return new Subject(subject.name(), changed, subject.data());
    }

    private void compare(Section section, Subject subject, Path script) throws IOException {
        Path checkpoint = folder.resolve("pytorch.safetensors");
        Path description = folder.resolve("pytorch.json");
        double seconds;
        Values x = Values.of(
                image(subject),
                new Random(2).doubles(subject.data().sample().size()).toArray());
        try (OpenClDevice opened = new OpenClDevice(device)) {
            Checkpoint start = start(subject);
            start.write(checkpoint);
            JsonFile.write(
                    description,
                    description(
                            subject, checkpoint, x, ScoreModel.of(opened, start).score(x, SIGMA)));
            seconds = Acceptance.secondsOfTraining(subject, opened);
        }
        String printed = python(List.of(script.toString(), description.toString()));
        JsonObject theirs;
        try {
            theirs = JsonParser.parseString(
                            printed.strip().lines().reduce((a, b) -> b).orElse(""))
                    .getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            section.fault(subject.name() + ": PyTorch failed: "
                    + printed.strip().lines().reduce((a, b) -> b).orElse("it printed nothing"));
            return;
        }
        int batch = subject.configuration().training().batch();
        double ours = batch / seconds;
        double difference = theirs.get("scoreDifference").getAsDouble();
        theirs.addProperty("scorefield", ours);
        StringBuilder text =
                new StringBuilder(Text.of("%s, training with Adam, images/s: scorefield %.0f", subject.name(), ours));
        for (String kind : List.of("eager", "compiled")) {
            if (theirs.has(kind)) {
                text.append(Text.of(", PyTorch %s %.0f", kind, theirs.get(kind).getAsDouble()));
            }
        }
        section.fact(subject.name(), theirs, text + Text.of("; scores differ by %.1e", difference));
        if (!(difference <= TF32)) {
            section.fault(Text.of(
                    "%s: PyTorch's score differs by %.2e of its norm: it is not the same network",
                    subject.name(), difference));
        }
    }

    private static Shape image(Subject subject) {
        return subject.data().sample().times(1);
    }

    /** Random weights, as in the gradients' comparison: an untrained network's last layer is zero. */
    private static Checkpoint start(Subject subject) {
        ScoreNetwork network = subject.network();
        TrainingState initial = TrainingState.initial(
                network, 1, Average.of(subject.configuration().training()).size());
        Random random = new Random(3);
        float[] numbers = initial.parameters().clone();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] += (float) (0.03 * random.nextGaussian());
        }
        return new Checkpoint(
                subject.configuration(),
                subject.data(),
                new TrainingState(
                        0,
                        numbers,
                        initial.averages().stream().map(average -> numbers).toList(),
                        initial.mean(),
                        initial.meanSquare(),
                        initial.guide()));
    }

    private static JsonObject description(Subject subject, Path checkpoint, Values x, Values score) {
        Configuration configuration = subject.configuration();
        UNetSettings network = configuration.network();
        JsonObject all = new JsonObject();
        all.addProperty("checkpoint", checkpoint.toString());
        all.add("sample", array(subject.data().sample().dims()));
        all.addProperty("channels", network.channels());
        JsonArray multipliers = new JsonArray();
        network.multipliers().forEach(multipliers::add);
        all.add("multipliers", multipliers);
        all.addProperty("blocks", network.blocks());
        all.addProperty("batch", configuration.training().batch());
        all.addProperty("mean", configuration.model().dataMean().orElseThrow());
        all.addProperty("deviation", configuration.model().dataDeviation().orElseThrow());
        all.addProperty("clip", configuration.training().clip());
        all.addProperty("sigma", SIGMA);
        all.add("x", numbers(x));
        all.add("score", numbers(score));
        return all;
    }

    private static JsonElement array(int... numbers) {
        JsonArray array = new JsonArray();
        for (int number : numbers) {
            array.add(number);
        }
        return array;
    }

    private static JsonElement numbers(Values values) {
        JsonArray array = new JsonArray();
        for (float number : values.floats()) {
            array.add(number);
        }
        return array;
    }

    /** What python3 prints, errors included; nothing where there is no python3. */
    private String python(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(arguments);
        Path log = folder.resolve("pytorch.log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            return ""; // there is no python3
        }
        try {
            long seconds = Math.max(LEAST_SECONDS, (long) deadline.secondsLeft());
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return "PyTorch took longer than " + seconds + " s";
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while python3 was at work", e);
        }
        return Files.readString(log, StandardCharsets.UTF_8);
    }
}
