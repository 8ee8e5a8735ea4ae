package scorefield.cli.output;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A format that a command writes. The ending of an output's name chooses it; each command says which formats its output can have. */
public enum OutputFormat {
    /** A picture. */
    PNG(".png"),
    /** An animation. */
    GIF(".gif"),
    /** An array of numbers, as NumPy writes it. */
    NPY(".npy"),
    /** Several of them, with names. */
    NPZ(".npz"),
    /** Arrays of numbers with names. */
    SAFETENSORS(".safetensors"),
    /** Pictures in an archive. */
    ZIP(".zip"),
    /** A network. */
    ONNX(".onnx"),
    /** Numbers and text for programs. */
    JSON(".json"),
    /** A table for people. */
    MARKDOWN(".md"),
    /** Settings. */
    YAML(".yaml", ".yml");

    private final List<String> endings;

    OutputFormat(String... endings) {
        this.endings = List.of(endings);
    }

    /** The usual ending, with its dot. */
    public String ending() {
        return endings.get(0);
    }

    /** The first of some formats that the ending of a name chooses, upper case or lower; empty if it chooses none of them. */
    static Optional<OutputFormat> of(Path file, List<OutputFormat> formats) {
        String ending = endingOf(file).toLowerCase(Locale.ROOT);
        return formats.stream()
                .filter(format -> format.endings.contains(ending))
                .findFirst();
    }

    /** What follows the last dot of a name, with the dot; empty where there is none. */
    public static String endingOf(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(dot) : "";
    }
}
