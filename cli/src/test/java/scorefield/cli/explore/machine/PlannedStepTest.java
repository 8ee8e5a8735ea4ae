package scorefield.cli.explore.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scorefield.cli.Cli;
import scorefield.cli.inspect.Subject;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.profile.Profile;
import scorefield.ncsn.configuration.Settings;

/** What the page shows of a training step, against what the library says elsewhere. */
class PlannedStepTest {

    private static final ClDevice DEVICE = ClDevices.list().get(0);

    /** As a person types them. */
    private static final List<String> TINY = List.of(
            "--set=network.channels=4",
            "--set=network.multipliers=[1, 2]",
            "--set=network.blocks=1",
            "--set=noise.levels=8",
            "--set=training.batch=4");

    private static final Settings SETTINGS = Settings.read(Map.of(
            "preset", "digits",
            "network", Map.of("channels", 4, "multipliers", List.of(1, 2), "blocks", 1),
            "noise", Map.of("levels", 8),
            "training", Map.of("batch", 4)));

    private static Subject subject;
    private static PlannedStep step;
    private static PlannedStep.Overview overview;

    @BeforeAll
    static void plan() throws IOException {
        subject = Subject.of(Optional.empty(), SETTINGS);
        try (OpenClDevice device = new OpenClDevice(DEVICE)) {
            step = new PlannedStep(subject, device);
        }
        overview = step.overview();
    }

    private static String inspect(String what) {
        List<String> arguments =
                new ArrayList<>(List.of("inspect", "--preset=digits", what, "--device=" + DEVICE.id()));
        arguments.addAll(TINY);
        Cli.Outcome outcome = Cli.run(arguments.toArray(String[]::new));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return outcome.out();
    }

    @Test
    void everyLaunchOfThePlanAppearsOnce() {
        String[] lines = inspect("--plan")
                .lines()
                .filter(line -> line.matches("\\s+\\d+  .*→.*"))
                .toArray(String[]::new);
        assertThat(overview.launches()).hasSameSizeAs(lines);
        for (int i = 0; i < lines.length; i++) {
            PlannedStep.LaunchView launch = overview.launches().get(i);
            assertThat(lines[i]).contains(launch.computes()).contains(launch.kernel());
            assertThat(launch.nodes()).as(lines[i]).isNotEmpty();
        }
    }

    @Test
    void everyTensorOfTheGraphAppearsOnce() {
        long lines = inspect("--graph")
                .lines()
                .filter(line -> line.matches("\\s+\\d+  .*"))
                .count();
        assertThat(overview.nodes()).hasSize((int) lines);
        for (int i = 0; i < overview.nodes().size(); i++) {
            int number = i;
            assertThat(overview.nodes().get(i).inputs()).allMatch(input -> input < number);
        }
    }

    @Test
    void theArenaIsThatOfInspect() {
        Matcher said = Pattern.compile("arena: ([\\d,]+) bytes in (\\d+) slab.*\\s+([\\d,]+) of them")
                .matcher(inspect("--plan"));
        assertThat(said.find()).isTrue();
        assertThat(overview.arena().bytes()).isEqualTo(number(said.group(1)));
        assertThat(overview.arena().slabs()).hasSize((int) number(said.group(2)));
        assertThat(overview.arena().lowerBound()).isEqualTo(number(said.group(3)));
    }

    private static long number(String grouped) {
        return Long.parseLong(grouped.replace(",", ""));
    }

    @Test
    void noTwoBuffersMeetInBytesAndTime() {
        List<PlannedStep.Buffer> buffers = overview.arena().buffers();
        assertThat(buffers).isNotEmpty().allSatisfy(buffer -> {
            assertThat(buffer.nodes()).isNotEmpty();
            assertThat(buffer.offset() + buffer.bytes())
                    .isLessThanOrEqualTo(overview.arena().slabs().get(buffer.slab()));
        });
        for (int i = 0; i < buffers.size(); i++) {
            for (int j = 0; j < i; j++) {
                PlannedStep.Buffer a = buffers.get(i);
                PlannedStep.Buffer b = buffers.get(j);
                boolean apart = a.slab() != b.slab()
                        || a.last() < b.first()
                        || b.last() < a.first()
                        || a.offset() + a.bytes() <= b.offset()
                        || b.offset() + b.bytes() <= a.offset();
                assertThat(apart).as("%s and %s", a, b).isTrue();
            }
        }
        int fullest = overview.arena().fullest();
        assertThat(buffers.stream()
                        .filter(buffer -> buffer.first() <= fullest && fullest <= buffer.last())
                        .mapToLong(PlannedStep.Buffer::bytes)
                        .sum())
                .isEqualTo(overview.arena().lowerBound());
    }

    private static int first(String op) {
        for (int i = 0; i < overview.nodes().size(); i++) {
            if (overview.nodes().get(i).op().equals(op)) {
                return i;
            }
        }
        throw new AssertionError("no node of op " + op);
    }

    @Test
    void aConvolutionIsExplained() {
        PlannedStep.Details details = step.details(first("Conv2d"));
        assertThat(details.op()).startsWith("Conv2d[stride=1");
        assertThat(details.meaning()).startsWith("Cross-correlation of images with weights: y[n,i,j,o] = ");
        assertThat(details.source()).contains("public Tensor vjp(");
        assertThat(details.gradients()).containsEntry("b", "Conv2dWeightGradient(a, g)");
        assertThat(details.steps()).extracting("pass").contains("Epilogues", "Fusion");
        assertThat(details.kernels())
                .isNotEmpty()
                .allSatisfy(kernel -> assertThat(kernel.source())
                        .contains(kernel.kernel())
                        .doesNotContain("#ifdef")
                        .doesNotContain("#line"));
    }

    @Test
    void anElementwiseOpIsExplained() {
        PlannedStep.Details details = step.details(first("multiply"));
        assertThat(details.meaning()).isEqualTo("a·b.");
        assertThat(details.gradients()).containsEntry("a", "g · b").containsEntry("b", "g · a");
    }

    @Test
    void everyNodeCanBeShown() {
        for (int node = 0; node < overview.nodes().size(); node++) {
            PlannedStep.Details details = step.details(node);
            assertThat(details.meaning())
                    .as(details.op())
                    .isNotEmpty()
                    .doesNotContain("{@")
                    .doesNotContain("<p>");
            assertThat(details.kernels())
                    .hasSameSizeAs(overview.nodes().get(node).launches());
        }
    }

    /** So that a measured time belongs to the launch that the page shows. */
    @Test
    void aMeasuredStepHasTheSameLaunches() {
        try (OpenClDevice device = OpenClDevice.forProfiling(DEVICE)) {
            Profile profile = subject.trainingProfile(device, 1);
            assertThat(profile.launches().stream().map(Profile.Entry::kernel).toList())
                    .isEqualTo(overview.launches().stream()
                            .map(PlannedStep.LaunchView::kernel)
                            .toList());
        }
    }
}
