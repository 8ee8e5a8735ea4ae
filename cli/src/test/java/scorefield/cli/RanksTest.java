package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.ncsn.file.Safetensors;

/** The program as several processes under mpirun, on one machine. Each computes with one thread. */
class RanksTest {

    private static final String[] IMAGES = Cli.trainArguments(
            "--set=training.batch=8",
            "--set=training.shards=8",
            "--set=model.classes=auto",
            "--set=model.dropout=0.2",
            // A rate that falls towards the last step, and a guide kept after a share of the steps, would depend on
            // --steps.
            "--set=training.decay=none",
            "--set=training.guide=0",
            "--set=sampling.autoguidance=0",
            "--set=output.checkpoint-every=5");

    private static final String[] POINTS = {
        "train",
        "--data=moons",
        "--set=data.count=100",
        "--set=network.width=8",
        "--set=network.hidden=1",
        "--set=training.batch=16",
        "--set=training.shards=8",
        "--set=training.decay=none",
        "--set=sampling.images=10",
        "--set=sampling.steps-per-level=1",
        "--set=output.preview-every=1000000",
        "--set=output.checkpoint-every=10"
    };

    /** The ranks have ended so long after one of them failed, at most; the rest is a busy machine's. */
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private Process start(int ranks, String[] arguments, String... more) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of(more));
        if (ranks == 1) {
            return begin(List.of(), all);
        }
        return begin(mpirun(ranks), all);
    }

    private static List<String> mpirun(int ranks) {
        return List.of("mpirun", "-n", "" + ranks, "--oversubscribe", "--bind-to", "none", "--quiet");
    }

    private Process begin(List<String> prefix, List<String> arguments) throws IOException {
        return started(Cli.command(prefix, arguments.toArray(String[]::new)));
    }

    private Process started(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT", "1");
        builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        builder.environment().put("POCL_MAX_PTHREAD_COUNT", "1");
        builder.environment().put("POCL_AFFINITY", "0");
        return builder.start();
    }

    /** Two ranks, of which each has a command of its own. */
    private Process start(List<String> first, List<String> second) throws IOException {
        List<String> both =
                new ArrayList<>(List.of("mpirun", "--oversubscribe", "--bind-to", "none", "--quiet", "-n", "1"));
        both.addAll(first);
        both.addAll(List.of(":", "-n", "1"));
        both.addAll(second);
        return started(both);
    }

    private int run(int ranks, String[] arguments, String... more) throws Exception {
        return end(start(ranks, arguments, more));
    }

    private int end(Process process) throws Exception {
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("the ranks did not end; they printed:\n" + log());
        }
        return process.exitValue();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private Path checkpoint(String run) {
        return folder.resolve(run).resolve("checkpoint.safetensors");
    }

    private byte[] bytes(String file) throws IOException {
        return Files.readAllBytes(folder.resolve(file));
    }

    private long step(String run) throws IOException {
        return Safetensors.readChecksummed(checkpoint(run))
                .array("training.step")
                .longs()[0];
    }

    /** The losses and norms of a run's metrics, without what differs from run to run: its speed. */
    private List<String> losses(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).stream()
                .map(line -> line.replaceAll(",?\"[a-zA-Z]*(PerSecond|time|Time)\":[^,}]*", ""))
                .toList();
    }

    /** The process of a rank. */
    private static ProcessHandle rank(Process mpirun, int rank) {
        while (true) {
            Optional<ProcessHandle> found = mpirun.descendants()
                    .filter(process -> environment(process).contains("OMPI_COMM_WORLD_RANK=" + rank))
                    .findFirst();
            if (found.isPresent() || !mpirun.isAlive()) {
                return found.orElseThrow();
            }
        }
    }

    private static List<String> environment(ProcessHandle process) {
        try {
            return List.of(Files.readString(Path.of("/proc/" + process.pid() + "/environ"))
                    .split("\0"));
        } catch (IOException ended) {
            return List.of();
        }
    }

    private boolean isHere(ProcessHandle process) {
        try {
            return Files.isSameFile(Path.of("/proc/" + process.pid() + "/cwd"), folder);
        } catch (IOException ended) {
            return false;
        }
    }

    /** mpirun does not wait for what it ended. */
    private static void assertAllEnd(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            process.onExit().get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void awaitBeyond(String run, long step, Process process) throws Exception {
        while (process.isAlive() && (!Files.exists(checkpoint(run)) || step(run) <= step)) {
            Thread.sleep(5);
        }
    }

    /** Checkpoints are compared byte for byte: parameters, averages, moments and configuration. */
    @Test
    void imagesOfClassesHaveTheSameBitsOnAnyNumberOfRanks() throws Exception {
        for (int ranks : new int[] {1, 2, 4}) {
            assertThat(run(ranks, IMAGES, "--steps=20", "--out=images" + ranks))
                    .as(log())
                    .isZero();
            assertThat(bytes("images" + ranks + "/checkpoint.safetensors"))
                    .isEqualTo(bytes("images1/checkpoint.safetensors"));
            assertThat(losses("images" + ranks)).isEqualTo(losses("images1"));
        }
        // A run of four ranks goes on with two, and then alone.
        assertThat(run(4, IMAGES, "--steps=7", "--out=parts")).as(log()).isZero();
        assertThat(run(2, new String[] {"train", "--resume", "--out=parts", "--steps=13"}))
                .as(log())
                .isZero();
        assertThat(run(1, new String[] {"train", "--resume", "--out=parts", "--steps=20"}))
                .as(log())
                .isZero();
        assertThat(Safetensors.read(checkpoint("parts")).arrays())
                .isEqualTo(Safetensors.read(checkpoint("images1")).arrays());
        for (int ranks : new int[] {1, 2}) {
            String[] sample = {"sample", "--run=images1", "--count=70", "--sampler=annealed", "--seed=3"};
            assertThat(run(ranks, sample, "--out=samples" + ranks + ".png"))
                    .as(log())
                    .isZero();
        }
        assertThat(bytes("samples2.png")).isEqualTo(bytes("samples1.png"));
        assertThat(run(2, new String[] {"sample", "--run=images1", "--out=x.npy"}))
                .isEqualTo(2);
        assertThat(log()).contains("--out x.npy can be used in one process only");
    }

    @Test
    void pointsHaveTheSameBitsOnAnyNumberOfRanks() throws Exception {
        for (int ranks : new int[] {1, 2, 3}) {
            assertThat(run(ranks, POINTS, "--steps=20", "--out=points" + ranks))
                    .as(log())
                    .isZero();
            assertThat(bytes("points" + ranks + "/checkpoint.safetensors"))
                    .isEqualTo(bytes("points1/checkpoint.safetensors"));
        }
    }

    /** As often as the property {@code scorefield.kills} says: a few times, because each takes seconds. */
    @Test
    void aRankThatIsKilledEndsAllAndTheRunResumes() throws Exception {
        int kills = Integer.getInteger("scorefield.kills", 4);
        String steps = "--steps=" + 75 * kills;
        assertThat(run(1, POINTS, steps, "--out=whole")).as(log()).isZero();
        Random random = new Random(2);
        for (int kill = 0; kill < kills; kill++) {
            boolean begun = Files.exists(checkpoint("killed"));
            long before = begun ? step("killed") : -1;
            String[] arguments = begun ? new String[] {"train", "--resume", "--out=killed"} : POINTS;
            Process process = begun ? start(2, arguments) : start(2, arguments, steps, "--out=killed");
            awaitBeyond("killed", before, process);
            Thread.sleep(random.nextInt(50));
            ProcessHandle victim = rank(process, random.nextInt(2));
            List<ProcessHandle> ranks = process.descendants().toList();
            long began = System.nanoTime();
            victim.destroyForcibly();
            assertThat(end(process)).isNotZero();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
            assertAllEnd(ranks);
        }
        assertThat(log())
                .containsPattern("scorefield: rank [01] on .* ended without a word: it was killed, or crashed");
        assertThat(step("killed")).as("a run that was over was not killed").isLessThan(75L * kills);
        assertThat(run(1, new String[] {"train", "--resume", "--out=killed"}))
                .as(log())
                .isZero();
        assertThat(Safetensors.read(checkpoint("killed")).arrays())
                .isEqualTo(Safetensors.read(checkpoint("whole")).arrays());
    }

    /** As the command is typed on one machine: --ranks starts mpirun, and tells it to end. */
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalSavesTheRunOfAllRanks(String signal, int code) throws Exception {
        Process process =
                begin(Cli.MINDS_INTERRUPTS, List.of(with(POINTS, "--steps=1000000", "--out=run", "--ranks=2")));
        awaitBeyond("run", 10, process);
        List<ProcessHandle> all = process.descendants().toList();
        signal(process, signal);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(code);
        assertAllEnd(all);
        assertIsStopped("run");
    }

    /** Ctrl-C in a terminal reaches mpirun, which tells the ranks to end. Its exit code is its own. */
    @Test
    void ctrlCOfMpirunSavesTheRunOfAllRanks() throws Exception {
        List<String> mpirun = new ArrayList<>(mpirun(2));
        mpirun.addAll(List.of("--mca", "odls_base_sigkill_timeout", "15"));
        Process process = begin(mpirun, List.of(with(POINTS, "--steps=1000000", "--out=run")));
        awaitBeyond("run", 10, process);
        List<ProcessHandle> all = process.descendants().toList();
        signal(process, "INT");
        assertThat(end(process)).isNotZero();
        assertAllEnd(all);
        assertIsStopped("run");
    }

    private void signal(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, "" + process.pid())
                        .start()
                        .waitFor())
                .isZero();
    }

    /** The run was saved after its last step, and goes on from there. */
    private void assertIsStopped(String run) throws Exception {
        long step = step(run);
        assertThat(log()).contains("stopped after step " + step + " of 1000000, saved in ");
        assertThat(run(2, new String[] {"train", "--resume", "--out=" + run, "--steps=" + (step + 5)}))
                .as(log())
                .isZero();
        assertThat(step(run)).isEqualTo(step + 5);
    }

    /** A small file system of the first rank's own is filled while it trains. */
    @Test
    void aFullDiskEndsAllRanksAndTheRunResumes() throws Exception {
        if (isNotAllowed("unshare", "-m", "true")) {
            return;
        }
        Files.createDirectory(folder.resolve("disk"));
        List<String> mounted = new ArrayList<>(List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o size=4m none disk && \"$@\"; code=$?; cp -r disk/run saved; exit $code",
                "sh"));
        mounted.addAll(mpirun(2));
        Process process = begin(mounted, List.of(with(POINTS, "--steps=1000000", "--out=disk/run")));
        // What only these processes see, this one finds below their root.
        Path disk = Path.of("/proc/" + process.pid() + "/root" + folder + "/disk");
        while (process.isAlive() && !Files.exists(disk.resolve("run/metrics.jsonl"))) {
            Thread.sleep(5);
        }
        List<ProcessHandle> all = process.descendants().toList();
        long began = System.nanoTime();
        fill(disk.resolve("filling"));
        int code = end(process);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).as(log()).isLessThan(SOON);
        assertThat(code).isEqualTo(1);
        assertAllEnd(all);
        assertThat(failures()).hasSize(1);
        assertThat(failures().get(0)).matches("scorefield: rank 0 on .*: .*No space left on device.*");
        long step = step("saved");
        assertThat(run(2, new String[] {"train", "--resume", "--out=saved", "--steps=" + (step + 5)}))
                .as(log())
                .isZero();
        assertThat(step("saved")).isEqualTo(step + 5);
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    /** The lines that say why a command ended. */
    private List<String> failures() throws IOException {
        return log().lines().filter(line -> line.startsWith("scorefield: ")).toList();
    }

    private boolean isNotAllowed(String... command) throws Exception {
        if (new ProcessBuilder(command).start().waitFor() == 0) {
            return false;
        }
        System.out.println("RanksTest: this machine does not allow " + String.join(" ", command)
                + ", so what needs it is not shown");
        return true;
    }

    /** The second rank sees an empty folder where the data are: it has them from the first. */
    @Test
    void theDataAreReadOncePerMachine() throws Exception {
        if (isNotAllowed("unshare", "-m", "true")) {
            return;
        }
        assertThat(run(1, POINTS, "--steps=2", "--out=points")).as(log()).isZero();
        Files.createDirectory(folder.resolve("data"));
        assertThat(run(1, new String[] {"sample", "--run=points", "--count=100", "--out=data/points.npy"}))
                .as(log())
                .isZero();
        String[] arguments = POINTS.clone();
        arguments[1] = "--data=data/points.npy";
        for (int session = 0; session < 2; session++) {
            String[] now = session == 0
                    ? with(arguments, "--steps=5", "--out=shared")
                    : new String[] {"train", "--resume", "--out=shared", "--steps=10"};
            List<String> blind = new ArrayList<>(
                    List.of("unshare", "-m", "sh", "-c", "mount -t tmpfs none data && exec \"$@\"", "sh"));
            assertThat(end(start(Cli.command(List.of(), now), Cli.command(blind, now))))
                    .as(log())
                    .isZero();
        }
        assertThat(run(1, arguments, "--steps=10", "--out=alone")).as(log()).isZero();
        assertThat(Safetensors.read(checkpoint("shared")).arrays())
                .isEqualTo(Safetensors.read(checkpoint("alone")).arrays());
    }

    /** Two network namespaces, each with a host name of its own, and the cable between them pulled in the middle of training. */
    @Test
    void aCutNetworkEndsAllRanksAndTheRunResumes() throws Exception {
        Path script = Path.of("src/test/resources/two-machines.sh").toAbsolutePath();
        int allowed = shell(script, "begin", folder.toString());
        if (allowed != 0) {
            shell(script, "end");
            System.out.println(
                    "aCutNetworkEndsAllRanksAndTheRunResumes: this machine allows no network namespaces, so nothing is"
                            + " shown here: " + log());
            return;
        }
        try {
            String enter = folder.resolve("enter").toString();
            // mpirun itself has to notice, too, while its connection is idle.
            List<String> mpirun = List.of(
                    enter,
                    "sfa",
                    "mpirun",
                    "-n",
                    "2",
                    "--host",
                    "10.77.0.1:1,10.77.0.2:1",
                    "--bind-to",
                    "none",
                    "--quiet",
                    "--wdir",
                    folder.toString(),
                    "-x",
                    "POCL_MAX_PTHREAD_COUNT",
                    "-x",
                    "POCL_AFFINITY",
                    "--mca",
                    "plm_rsh_agent",
                    enter,
                    "--mca",
                    "btl_tcp_if_include",
                    "10.77.0.0/24",
                    "--mca",
                    "oob_tcp_if_include",
                    "10.77.0.0/24",
                    "--mca",
                    "oob_tcp_keepalive_time",
                    "2",
                    "--mca",
                    "oob_tcp_keepalive_intvl",
                    "1",
                    "--mca",
                    "oob_tcp_keepalive_probes",
                    "3");
            Process process = begin(mpirun, List.of(with(POINTS, "--steps=1000000", "--out=cut")));
            awaitBeyond("cut", 20, process);
            List<ProcessHandle> ranks = ProcessHandle.allProcesses()
                    .filter(this::isHere)
                    .filter(one -> environment(one).stream().anyMatch(word -> word.startsWith("OMPI_COMM_WORLD_RANK=")))
                    .toList();
            assertThat(ranks).as(log()).hasSizeGreaterThanOrEqualTo(2);
            assertThat(shell(script, "cut")).isZero();
            long began = System.nanoTime();
            while (ranks.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() - began < 2 * SOON.toNanos()) {
                Thread.sleep(20);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON.plusSeconds(2));
            assertThat(end(process)).isNotZero();
            assertThat(log())
                    .containsPattern(
                            "scorefield: rank [01] on sf[ab] (has not been heard of for [0-9]+ seconds|ended without a word)");
        } finally {
            shell(script, "end");
        }
        long step = step("cut");
        assertThat(run(1, new String[] {"train", "--resume", "--out=cut", "--steps=" + (step + 5)}))
                .as(log())
                .isZero();
    }

    private int shell(Path script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start()
                .waitFor();
    }

    @Test
    void ranksThatDifferAreRefusedByName() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other/scorefield/ncsn"));
        Files.writeString(other.resolve("version.txt"), "0.0.1");
        List<String> one = Cli.command(List.of(), with(POINTS, "--steps=5", "--out=differ"));
        List<String> older = new ArrayList<>(one);
        int classPath = older.indexOf("-cp") + 1;
        older.set(classPath, folder.resolve("other") + File.pathSeparator + older.get(classPath));
        assertDiffer(one, older, "the version");
        assertDiffer(
                one,
                Cli.command(List.of(), with(POINTS, "--steps=5", "--out=differ", "--set=training.batch=32")),
                "the configuration's SHA-256");
        // Points are drawn with the seed.
        assertDiffer(
                one,
                Cli.command(List.of(), with(POINTS, "--steps=5", "--out=differ", "--seed=2")),
                "the data's SHA-256");
        assertDiffer(
                one,
                Cli.command(List.of(), with(POINTS, "--steps=5", "--out=differ", "--device=reference")),
                "the device");
    }

    private void assertDiffer(List<String> first, List<String> second, String what) throws Exception {
        Files.deleteIfExists(folder.resolve("log"));
        assertThat(end(start(first, second))).as(log()).isEqualTo(1);
        assertThat(failures()).hasSize(1);
        assertThat(failures().get(0))
                .matches("scorefield: rank [01] on [^:]*: " + what + " of rank 1 on .* is .*, but of rank 0 on .*");
        assertThat(checkpoint("differ")).doesNotExist();
    }

    @Test
    void aFailureOfTheFirstRankEndsAllWithOneLine() throws Exception {
        assertThat(run(2, POINTS, "--steps=5", "--out=/proc/none")).isNotZero();
        assertThat(failures()).hasSize(1);
    }

    @Test
    void commandsOfOneProcessAreRefused() throws Exception {
        assertThat(run(2, new String[] {"devices"})).isEqualTo(2);
        assertThat(log()).contains("scorefield devices: runs in one process; start it without mpirun");
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }
}
