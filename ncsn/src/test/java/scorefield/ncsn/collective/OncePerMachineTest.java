package scorefield.ncsn.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class OncePerMachineTest {

    /** Who made a value, and where values were written. */
    private final Queue<Integer> makers = new ConcurrentLinkedQueue<>();

    private final Queue<Path> files = new ConcurrentLinkedQueue<>();

    private final class Text implements OncePerMachine.Form<String> {

        @Override
        public void write(String value, Path file) throws IOException {
            files.add(file);
            Files.writeString(file, value);
        }

        @Override
        public String read(Path file) throws IOException {
            return Files.readString(file);
        }
    }

    private String get(Collective ranks, String request, OncePerMachine.Form<String> form) {
        try {
            return OncePerMachine.get(
                    ranks,
                    request,
                    () -> {
                        makers.add(ranks.rank());
                        return request + " by " + ranks.rank();
                    },
                    form);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertNothingIsLeft() {
        for (Path file : files) {
            assertThat(file.getParent()).doesNotExist();
        }
    }

    @Test
    void theFirstRankOfEachMachineMakesIt() {
        List<String> values = Threads.run(List.of("b", "a", "b", "a", "c"), ranks -> get(ranks, "x", new Text()));
        assertThat(values).containsExactly("x by 0", "x by 1", "x by 0", "x by 1", "x by 4");
        assertThat(makers).containsExactlyInAnyOrder(0, 1, 4);
        assertThat(files).as("one file on each machine with several ranks").hasSize(2);
        assertNothingIsLeft();
    }

    @Test
    void anotherRequestIsMadeApart() {
        List<String> values =
                Threads.run(4, ranks -> get(ranks, ranks.rank() == 1 || ranks.rank() == 3 ? "y" : "x", new Text()));
        assertThat(values).containsExactly("x by 0", "y by 1", "x by 0", "y by 1");
        assertThat(makers).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void whereItCannotBeWrittenEachMakesItsOwn() {
        OncePerMachine.Form<String> full = new OncePerMachine.Form<>() {
            @Override
            public void write(String value, Path file) throws IOException {
                files.add(file);
                Files.writeString(file, "a part");
                throw new IOException("No space left on device");
            }

            @Override
            public String read(Path file) {
                throw new AssertionError("there is no file to read");
            }
        };
        assertThat(Threads.run(2, ranks -> get(ranks, "x", full))).containsExactly("x by 0", "x by 1");
        assertNothingIsLeft();
    }

    /** Two machines of one name do not see each other's files. */
    @Test
    void whereTheFileIsNotFoundEachMakesItsOwn() {
        OncePerMachine.Form<String> elsewhere = new OncePerMachine.Form<>() {
            @Override
            public void write(String value, Path file) {}

            @Override
            public String read(Path file) throws IOException {
                throw new NoSuchFileException(file.toString());
            }
        };
        assertThat(Threads.run(2, ranks -> get(ranks, "x", elsewhere))).containsExactly("x by 0", "x by 1");
    }

    @Test
    void aloneNothingIsWritten() {
        assertThat(get(Collective.ALONE, "x", new Text())).isEqualTo("x by 0");
        assertThat(files).isEmpty();
    }
}
