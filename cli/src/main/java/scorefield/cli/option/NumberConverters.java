package scorefield.cli.option;

import java.math.BigInteger;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads the numbers that are typed as options, and says in plain words what is none. */
public final class NumberConverters {

    private NumberConverters() {}

    /** Registers the converters with a command and its subcommands. */
    public static void register(CommandLine commandLine) {
        commandLine.registerConverter(Double.class, NumberConverters::real);
        commandLine.registerConverter(double.class, NumberConverters::real);
        commandLine.registerConverter(Integer.class, text -> (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
        commandLine.registerConverter(int.class, text -> (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
        commandLine.registerConverter(Long.class, text -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE));
        commandLine.registerConverter(long.class, text -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    private static double real(String text) {
        try {
            double number = Double.parseDouble(text.strip());
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new TypeConversionException("'" + text + "' is not a finite number");
    }

    private static long whole(String text, long least, long most) {
        try {
            BigInteger number = new BigInteger(text.strip());
            if (number.compareTo(BigInteger.valueOf(least)) >= 0 && number.compareTo(BigInteger.valueOf(most)) <= 0) {
                return number.longValueExact();
            }
        } catch (NumberFormatException notANumber) {
            throw new TypeConversionException("'" + text + "' is not a whole number");
        }
        throw new TypeConversionException(
                "'" + text + "' is not between " + least + " and " + most + ", as a whole number here must be");
    }
}
