package scorefield.cli.option;

import picocli.CommandLine.Option;

/** The option {@code --seed} of commands that draw something. */
public final class SeedOption {

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1", // not the seed 0 of a run's own samples: those who ask for more want others
            description =
                    "The seed of all random numbers: the same seed gives the same result (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The seed. */
    public long value() {
        return seed;
    }
}
