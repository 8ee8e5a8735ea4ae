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
import scorefield.autodiff.Shape;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Spelling;

/** Settings that suit a kind of data. They lie in {@code presets.json} beside this class. */
public final class Presets {

    /** For the built-in digits: minutes on two CPU cores. */
    public static final String DIGITS = "digits";
    /** For 28×28 grey images, such as MNIST's. */
    public static final String GREY_28 = "grey28";
    /** For 32×32 colour images, such as CIFAR-10's. */
    public static final String COLOUR_32 = "colour32";

    /** For points, such as the two-dimensional sets that are built in. */
    public static final String POINTS = "points";

    private static final Map<String, Preset> ALL = load();

    private Presets() {}

    /** What the file says of one preset: the shape of the samples it is made for, and the settings. */
    private record Preset(String about, List<Integer> sample, Map<String, Object> settings) {}

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

    /** One line on what a preset is for. */
    public static String about(String name) {
        return find(name).about();
    }

    /**
     * A preset's settings.
     *
     * @throws BadConfigurationException if there is no such preset
     */
    public static Settings settings(String name) {
        return Settings.read(find(name).settings());
    }

    /** Two samples, all black and all white, of the shape that a preset is made for: stand-ins where there are no data yet. */
    public static DataSet standIns(String name) {
        List<Integer> shape = find(name).sample();
        int dimension = shape.stream().reduce(1, Math::multiplyExact);
        if (shape.size() == 1) {
            float[] points = new float[2 * dimension];
            Arrays.fill(points, dimension, 2 * dimension, 1);
            return Points.of("zeros and ones", dimension, points);
        }
        byte[] bytes = new byte[2 * dimension];
        Arrays.fill(bytes, dimension, 2 * dimension, (byte) 255);
        return Images.of("black and white", shape.get(0), shape.get(1), shape.get(2), bytes);
    }

    private static Preset find(String name) {
        Preset preset = ALL.get(name);
        if (preset == null) {
            throw new BadConfigurationException(
                    "unknown preset '" + name + "'; " + Spelling.suggestion(name, ALL.keySet()));
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
