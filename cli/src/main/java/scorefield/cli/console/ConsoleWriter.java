package scorefield.cli.console;

import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.text.Text;

/**
 * Prints text to a terminal, or to where it was redirected. What would steer the terminal is escaped, wherever it comes from: names of files
 * and classes may hold anything.
 */
public final class ConsoleWriter extends PrintWriter {

    private boolean controls;

    /** @param to receives the text; flushed at the end of each line */
    public ConsoleWriter(Writer to) {
        super(to, true);
    }

    /** Writes a sequence that steers the terminal. */
    void control(String sequence) {
        withControls(() -> {
            print(sequence);
            return null;
        });
    }

    /** Work that prints. */
    @FunctionalInterface
    public interface Printing<T> {
        @Nullable
        T print();
    }

    /** Lets text through as it is while something is printed that holds no names: help, which has colours on a terminal. */
    public <T> @Nullable T withControls(Printing<T> printing) {
        controls = true;
        try {
            return printing.print();
        } finally {
            controls = false;
        }
    }

    @Override
    public void write(int character) {
        write(String.valueOf((char) character), 0, 1);
    }

    @Override
    public void write(char[] characters, int from, int length) {
        write(new String(characters, from, length), 0, length);
    }

    @Override
    public void write(String text, int from, int length) {
        String part = text.substring(from, from + length);
        String shown = controls ? part : escaped(part);
        super.write(shown, 0, shown.length());
    }

    /** Lines and columns are the text's own. */
    private static String escaped(String text) {
        if (text.chars().noneMatch(ConsoleWriter::isForeign)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        text.codePoints()
                .forEach(character -> escaped.append(
                        isForeign(character)
                                ? Text.printable(Character.toString(character))
                                : Character.toString(character)));
        return escaped.toString();
    }

    private static boolean isForeign(int character) {
        return character != '\n' && character != '\t' && Text.steers(character);
    }
}
