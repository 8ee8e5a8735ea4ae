package scorefield.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.text.Text;

class ConsoleWriterTest {

    private final StringWriter printed = new StringWriter();
    private final ConsoleWriter console = new ConsoleWriter(printed);

    @Test
    void whatWouldSteerATerminalIsEscaped() {
        console.println("x\u001b[31mred\u0007\u009b2J\r\u202egnp.png");
        console.print('\u001b');
        console.print(new char[] {'a', '\b'});
        console.printf("%s\t%s\n", "\u007f", "ä→😀");
        console.flush();
        assertThat(printed)
                .hasToString("x\\u001b[31mred\\u0007\\u009b2J\\u000d\\u202egnp.png" + System.lineSeparator()
                        + "\\u001ba\\u0008\\u007f\tä→😀\n");
    }

    @Test
    void theProgramItselfMaySteerIt() {
        console.control("\r\u001b[K");
        console.print("\u001b");
        assertThat(printed).hasToString("\r\u001b[K\\u001b");
    }

    @Test
    void aMessageIsOneLineWhateverItNames() {
        StringWriter error = new StringWriter();
        int code = Failures.report(
                new BadDataException("a\nscorefield: done\u001b[2J.png: is empty"), new ConsoleWriter(error), false);
        assertThat(code).isEqualTo(2);
        assertThat(error)
                .hasToString("scorefield: a\\u000ascorefield: done\\u001b[2J.png: is empty" + System.lineSeparator());
        assertThat(Text.printable("Bücher ä→😀")).isEqualTo("Bücher ä→😀");
    }
}
