package scorefield.cli.console;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** Writes lines that begin with the name of the process that says them. */
public final class PrefixedLines extends FilterWriter {

    private final String prefix;
    private boolean begun;

    /**
     * @param out takes the lines
     * @param prefix of every line
     */
    public PrefixedLines(Writer out, String prefix) {
        super(out);
        this.prefix = prefix;
    }

    @Override
    public void write(int character) throws IOException {
        if (!begun) {
            out.write(prefix);
        }
        out.write(character);
        begun = character != '\n';
    }

    @Override
    public void write(char[] characters, int from, int count) throws IOException {
        for (int i = from; i < from + count; i++) {
            write(characters[i]);
        }
    }

    @Override
    public void write(String text, int from, int count) throws IOException {
        write(text.toCharArray(), from, count);
    }
}
