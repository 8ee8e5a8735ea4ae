package scorefield.cli.explore.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.Cli;

/** Opening run after run does not fill the device's memory, and takes no run away from a request that computes with it. */
class OpenRunsTest {

    @TempDir
    private static Path folder;

    private final Counting device = new Counting();
    private final OpenRuns runs = new OpenRuns(Optional.empty(), folder, device);
    private final List<String> all = new ArrayList<>();

    @BeforeAll
    static void train() throws IOException {
        Cli.trainMoons(folder.resolve("one"));
        Cli.trainMoons(folder.resolve("two"));
    }

    @BeforeEach
    void list() throws IOException {
        runs.all().forEach(run -> all.add(run.path().toString()));
        assertThat(all).hasSize(2);
    }

    @Test
    void onlyTheLatestRunIsOnTheDevice() throws IOException {
        runs.use(all.get(0), device).close();
        Set<Tensor> first = device.written();
        assertThat(first).isNotEmpty();
        for (int again = 0; again < 3; again++) {
            for (String run : all) {
                runs.use(run, device).close();
                assertThat(device.written()).hasSameSizeAs(first);
            }
        }
        assertThat(device.written()).doesNotContainAnyElementsOf(first);
    }

    @Test
    void aRunThatIsUsedStaysUntilItsLastUserIsDone() throws IOException {
        OpenRuns.Use use = runs.use(all.get(0), device);
        OpenRuns.Use another = runs.use(all.get(0), device);
        Tensor parameters = use.model().parameters();
        runs.use(all.get(1), device).close();
        use.close();
        assertThat(device.written()).contains(parameters);
        another.close();
        assertThat(device.written()).isNotEmpty().doesNotContain(parameters);
    }

    /** Knows which variables have been written and not freed. */
    private static final class Counting implements Device {

        private final Device device = new ReferenceDevice();
        private final Set<Tensor> written = Collections.newSetFromMap(new IdentityHashMap<>());

        Set<Tensor> written() {
            Set<Tensor> copy = Collections.newSetFromMap(new IdentityHashMap<>());
            copy.addAll(written);
            return copy;
        }

        @Override
        public String name() {
            return device.name();
        }

        @Override
        public boolean fits(Program program) {
            return device.fits(program);
        }

        @Override
        public Executable compile(Program program) {
            return device.compile(program);
        }

        @Override
        public void write(Tensor variable, Values values) {
            device.write(variable, values);
            written.add(variable);
        }

        @Override
        public Values read(Tensor variable) {
            return device.read(variable);
        }

        @Override
        public void free(Tensor variable) {
            device.free(variable);
            written.remove(variable);
        }

        @Override
        public void close() {
            device.close();
        }
    }
}
