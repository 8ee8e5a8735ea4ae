package scorefield.ncsn.configuration;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Spelling;
import scorefield.ncsn.text.Text;

/**
 * Settings that go together: those that suit a kind of data, such as {@link #DIGITS}, and recipes, such as {@code ncsnv2}, which say how scores
 * are learned and sampled but not how large the network is or how long it is trained. {@code digits+ncsnv2} is a recipe for a kind of data. All
 * lie in {@code presets.json} beside this class.
 */
public final class Presets {

    /** For the built-in digits: minutes on two CPU cores. */
    public static final String DIGITS = "digits";
    /** For 28×28 grey images, such as MNIST's. */
    public static final String GREY_28 = "grey28";
    /** For 32×32 colour images, such as CIFAR-10's. */
    public static final String COLOUR_32 = "colour32";

    /** For points, such as the two-dimensional sets that are built in. */
    public static final String POINTS = "points";

    /** Between a kind of data and a recipe. */
    private static final String PLUS = "+";

    private static final Map<String, Preset> ALL = load();

    private Presets() {}

    /** What the file says of one preset: the shape of the samples it is made for, which a recipe does not have, and the settings. */
    private record Preset(String about, @Nullable List<Integer> sample, Map<String, Object> settings) {}

    private static Map<String, Preset> load() {
        Gson gson = new GsonBuilder()
                .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
                .create();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(Presets.class.getResourceAsStream("presets.json"), "presets.json"),
                StandardCharsets.UTF_8)) {
            return gson.fromJson(reader, new TypeToken<LinkedHashMap<String, Preset>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every preset's name. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * The full name of a preset: a recipe that is asked for alone is meant for the kind of data of another preset.
     *
     * @param name what is asked for, such as {@code ncsnv2}
     * @param other whose kind of data it is meant for, such as {@code digits}
     * @return such as {@code digits+ncsnv2}; the name itself where it is no recipe
     */
    public static String on(String name, String other) {
        return find(parts(name).get(0)).sample() == null ? parts(other).get(0) + PLUS + name : name;
    }

    private static List<String> parts(String name) {
        return List.of(name.split("\\+", 2));
    }

    /** One line on what a preset is for. */
    public static String about(String name) {
        return parts(name).stream().map(part -> find(part).about()).collect(Collectors.joining("; "));
    }

    /**
     * A preset's settings.
     *
     * @throws BadConfigurationException if there is no such preset
     */
    public static Settings settings(String name) {
        Settings all = Settings.NONE;
        for (String part : parts(name)) {
            all = Settings.read(find(part).settings()).over(all);
        }
        return all;
    }

    /**
     * Two samples, all black and all white, of the shape that a preset is made for: stand-ins where there are no data yet. Images are of ten
     * classes, as the built-in digits, MNIST's and CIFAR-10's are.
     */
    public static DataSet standIns(String name) {
        List<Integer> shape = Objects.requireNonNull(find(parts(name).get(0)).sample(), "a recipe has no samples");
        int dimension = shape.stream().reduce(1, Math::multiplyExact);
        if (shape.size() == 1) {
            float[] points = new float[2 * dimension];
            Arrays.fill(points, dimension, 2 * dimension, 1);
            return Points.of("zeros and ones", dimension, points);
        }
        byte[] bytes = new byte[2 * dimension];
        Arrays.fill(bytes, dimension, 2 * dimension, (byte) 255);
        return Images.of("black and white", shape.get(0), shape.get(1), shape.get(2), bytes)
                .withLabels(
                        new int[] {0, 1},
                        IntStream.range(0, 10).mapToObj(Integer::toString).toList());
    }

    private static Preset find(String name) {
        Preset preset = ALL.get(name);
        if (preset == null) {
            throw new BadConfigurationException(
                    "unknown preset '" + Text.shortened(name) + "'; " + Spelling.suggestion(name, ALL.keySet()));
        }
        return preset;
    }

    /** The preset for samples of a shape, where none was chosen: the smaller network for grey images, the larger for colour. */
    public static String forSamples(boolean drawnDigits, Shape sample) {
        if (drawnDigits) {
            return DIGITS;
        }
        if (sample.rank() == 1) {
            return POINTS;
        }
        return sample.dim(2) == 1 ? GREY_28 : COLOUR_32;
    }
}
