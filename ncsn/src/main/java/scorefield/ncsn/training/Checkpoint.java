package scorefield.ncsn.training;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import scorefield.autodiff.Shape;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ModelSettings;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.file.Safetensors;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.Parameters;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.objective.Uncertainty;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;

/**
 * A run as one file: it can be sampled from without the data set, and training can go on from it bit for bit.
 *
 * <p>The file is in safetensors format with a checksum. Its arrays:
 *
 * <table>
 * <caption>Arrays</caption>
 * <tr><td>{@code down.0.conv1.weight}, …</td><td>the parameters, in PyTorch's names and layouts</td></tr>
 * <tr><td>{@code ema.down.0.conv1.weight}, …</td><td>their moving average, which samples are drawn with</td></tr>
 * <tr><td>{@code ema.50000.down.0.conv1.weight}, …</td><td>a further one with a half-life of 50,000 images</td></tr>
 * <tr><td>{@code guide.down.0.conv1.weight}, …</td><td>the average as it was early in the training, where {@code training.guide} keeps it</td></tr>
 * <tr><td>{@code adam.m.…}, {@code adam.v.…}</td><td>Adam's moments</td></tr>
 * <tr><td>{@code training.step}</td><td>I64[1], steps taken</td></tr>
 * <tr><td>{@code training.generator}</td><td>I32[4], the state of the random numbers for the next step</td></tr>
 * <tr><td>{@code training.cursor}</td><td>I64[2], the epoch, and how many of its samples have been seen</td></tr>
 * </table>
 *
 * <p>Its metadata: {@code scorefield.format}, {@code scorefield.configuration} and {@code scorefield.data}, the latter two as JSON.
 *
 * @param configuration with its noise levels resolved
 * @param data what it was trained on
 * @param state parameters and moments
 */
public record Checkpoint(Configuration configuration, DataSummary data, TrainingState state) {

    private static final String FORMAT_KEY = "scorefield.format";
    private static final String FORMAT = "checkpoint 2";
    private static final String CONFIGURATION = "scorefield.configuration";
    private static final String DATA = "scorefield.data";

    private static final String GUIDE = "guide.";
    private static final String MEAN = "adam.m.";
    private static final String MEAN_SQUARE = "adam.v.";
    private static final String STEP = "training.step";
    private static final String GENERATOR = "training.generator";
    private static final String CURSOR = "training.cursor";

    private static final String REMEDY = "use another checkpoint, or train again";

    private static final Gson JSON = new Gson();

    /**
     * The network that a configuration describes for samples of a shape: a U-Net for images H×W×C, an MLP for points of D numbers; with the
     * weights of {@link Uncertainty} among its parameters where it is learned.
     */
    public static ScoreNetwork network(Configuration configuration, Shape sample) {
        ScoreNetwork network = layers(configuration, sample);
        if (configuration.objective().uncertainty()) {
            Uncertainty.addTo(network.parameters());
        }
        return network;
    }

    private static ScoreNetwork layers(Configuration configuration, Shape sample) {
        ModelSettings model = configuration.model();
        if (sample.rank() == 1) {
            try {
                return new Mlp(configuration.mlp(), sample.dim(0), model.parametrisation(Mlp.NCSN, Mlp.NCSNV2));
            } catch (IllegalArgumentException e) {
                throw new BadConfigurationException("network.width: " + e.getMessage());
            }
        }
        try {
            return new UNet(
                    configuration.network(),
                    sample.dim(0),
                    sample.dim(1),
                    sample.dim(2),
                    model.classes().orElseThrow(),
                    configuration.training().augmentation() > 0 ? Augmentation.LABELS : 0,
                    model.parametrisation(UNet.NCSN, UNet.NCSNV2));
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException("network.multipliers: " + e.getMessage()
                    + "; data.size=HxW resamples images, network.multipliers=[…] has one number for each level");
        }
    }

    /** The network that this checkpoint has the parameters of. */
    public ScoreNetwork network() {
        return network(configuration, data.sample());
    }

    /** About how many bytes the file takes: for each parameter itself, its averages, Adam's two moments, and the guide. */
    public long bytes() {
        return (3L + state.averages().size() + state.guide().map(guide -> 1).orElse(0))
                * Float.BYTES
                * state.parameters().length;
    }

    /** Refuses to go on with other data than those that the run began with. */
    public void requireData(DataSet now) {
        DataSummary given = DataSummary.of(now);
        if (!given.sha256().equals(data.sha256())) {
            throw new BadConfigurationException("data.source: the run was trained on " + data
                    + ", but now the data are " + given + "; resume with the same data, or start a new run");
        }
        if (configuration.model().classes().orElseThrow() > 0
                && !given.classes().equals(data.classes())) {
            throw new BadConfigurationException("data.source: the run was trained on the classes " + data.classes()
                    + ", but now they are " + given.classes() + "; resume with the same labels, or start a new run");
        }
    }

    /** Writes the file, whole or not at all. */
    public void write(Path path) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(FORMAT_KEY, FORMAT);
        metadata.put(CONFIGURATION, configuration.toJson());
        metadata.put(DATA, JSON.toJson(data));
        Map<String, Array> arrays = new LinkedHashMap<>();
        Parameters parameters = network().parameters();
        put(arrays, "", parameters, state.parameters());
        List<Average> averages = Average.of(configuration.training());
        for (int i = 0; i < averages.size(); i++) {
            put(arrays, averages.get(i).prefix(), parameters, state.averages().get(i));
        }
        put(arrays, MEAN, parameters, state.mean());
        put(arrays, MEAN_SQUARE, parameters, state.meanSquare());
        state.guide().ifPresent(guide -> put(arrays, GUIDE, parameters, guide));
        arrays.put(STEP, Array.of(new long[] {state.step()}, 1));
        arrays.put(GENERATOR, Array.of(draws().state(state.step()), 4));
        arrays.put(CURSOR, Array.of(cursor(), 2));
        Safetensors.of(metadata, arrays).write(path);
    }

    private static void put(Map<String, Array> arrays, String prefix, Parameters parameters, float[] flat) {
        for (Parameter parameter : parameters.list()) {
            arrays.put(
                    prefix + parameter.name(),
                    Array.of(
                            parameters.toDisk(parameter, flat),
                            parameter.diskShape().dims()));
        }
    }

    private BatchDraws draws() {
        TrainingSettings training = configuration.training();
        return new BatchDraws(training.seed(), data.count(), training.batch(), configuration.sigmaDensity());
    }

    private long[] cursor() {
        BatchDraws draws = draws();
        return new long[] {draws.epoch(state.step()), draws.cursor(state.step())};
    }

    /**
     * Reads a checkpoint.
     *
     * @throws BadFileException if the file is damaged, altered, or no checkpoint
     * @throws IOException if reading fails
     */
    public static Checkpoint read(Path path) throws IOException {
        Safetensors file = Safetensors.readChecksummed(path);
        try {
            return of(file);
        } catch (BadFileException | BadConfigurationException e) {
            throw new BadFileException(path + ": " + e.getMessage(), e);
        }
    }

    /**
     * The checkpoint that a file's content is.
     *
     * @throws BadFileException if it is none
     * @throws BadConfigurationException if a setting in it is not allowed
     */
    static Checkpoint of(Safetensors file) {
        if (!FORMAT.equals(file.metadata().get(FORMAT_KEY))) {
            throw new BadFileException("is not a checkpoint that this version reads: metadata " + FORMAT_KEY + " is "
                    + Text.shortened(String.valueOf(file.metadata().get(FORMAT_KEY))) + ", not '" + FORMAT + "'");
        }
        Configuration configuration = Configuration.fromJson(metadata(file, CONFIGURATION));
        configuration.requireResolved();
        DataSummary data = DataSummary.of(Json.parse(metadata(file, DATA), "metadata " + DATA, REMEDY));
        requireClasses(configuration, data);
        Parameters parameters = network(configuration, data.sample()).parameters();
        boolean guided = file.arrays().keySet().stream().anyMatch(name -> name.startsWith(GUIDE));
        TrainingState state = new TrainingState(
                step(file),
                get(file, "", parameters),
                Average.of(configuration.training()).stream()
                        .map(average -> get(file, average.prefix(), parameters))
                        .toList(),
                get(file, MEAN, parameters),
                get(file, MEAN_SQUARE, parameters),
                guided ? Optional.of(get(file, GUIDE, parameters)) : Optional.empty());
        Checkpoint checkpoint = new Checkpoint(configuration, data, state);
        checkpoint.requireConsistent(file);
        return checkpoint;
    }

    private static long step(Safetensors file) {
        long step = file.array(STEP, Array.Type.I64, 1).longs()[0];
        if (step < 0 || step > TrainingSettings.MOST_STEPS) {
            throw new BadFileException("its array " + STEP + " must be from 0 to " + TrainingSettings.MOST_STEPS
                    + "; it is " + step + "; " + REMEDY);
        }
        return step;
    }

    private static void requireClasses(Configuration configuration, DataSummary data) {
        int classes = configuration.model().classes().orElseThrow();
        if (classes != 0 && classes != data.classes().size()) {
            throw new BadFileException("its network is conditioned on " + classes + " classes, but its data have "
                    + data.classes().size() + "; " + REMEDY);
        }
    }

    /** The generator's state and the cursor follow from the seed and the step; a file in which they do not is not ours. */
    private void requireConsistent(Safetensors file) {
        int[] generator = file.array(GENERATOR, Array.Type.I32, 4).ints();
        long[] cursor = file.array(CURSOR, Array.Type.I64, 2).longs();
        if (!Arrays.equals(generator, draws().state(state.step())) || !Arrays.equals(cursor, cursor())) {
            throw new BadFileException("its " + GENERATOR + " " + Arrays.toString(generator) + " and " + CURSOR + " "
                    + Arrays.toString(cursor) + " do not follow from its seed and its step " + state.step());
        }
    }

    private static String metadata(Safetensors file, String name) {
        String text = file.metadata().get(name);
        if (text == null) {
            throw new BadFileException("its metadata lacks " + name);
        }
        return text;
    }

    private static float[] get(Safetensors file, String prefix, Parameters parameters) {
        Map<Parameter, float[]> found = new LinkedHashMap<>();
        for (Parameter parameter : parameters.list()) {
            String name = prefix + parameter.name();
            float[] numbers = file.array(
                            name, Array.Type.F32, parameter.diskShape().dims())
                    .floats();
            for (float number : numbers) {
                if (!Float.isFinite(number)) {
                    throw new BadFileException(
                            "its array " + name + " holds " + number + ": the run had diverged; " + REMEDY);
                }
            }
            found.put(parameter, numbers);
        }
        // Only now: settings may claim more parameters than the file holds.
        float[] flat = new float[parameters.size()];
        found.forEach((parameter, numbers) -> parameters.fromDisk(parameter, numbers, flat));
        return flat;
    }
}
