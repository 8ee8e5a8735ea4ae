package scorefield.ncsn.collective;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts a program as several ranks on this machine, with the {@code mpirun} that is installed. */
public final class Launcher {

    /** So long the ranks have after Ctrl-C, until they have saved what they have, in seconds. */
    private static final int PATIENCE = 60;

    /** The program's own exit codes; others are a process's that was killed. */
    private static final List<Integer> OWN_CODES = List.of(0, 1, 2, 130);

    private Launcher() {}

    /**
     * Starts the program and waits for its end. What the ranks print goes where this process prints. When this process is told to end, so are
     * they, and it waits for them.
     *
     * @param ranks how many
     * @param program the command of each rank
     * @return the exit code: the ranks', or 1 where one of them was killed
     * @throws RanksException if there is no {@code mpirun}
     */
    public static int start(int ranks, List<String> program) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(ranks, isOpenMpi(), program))
                .inheritIO()
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        environment(builder.environment());
        Process process = builder.start();
        Thread end = new Thread(() -> end(process), "end of ranks");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            int code = process.waitFor();
            return OWN_CODES.contains(code) ? code : 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            return 1;
        }
    }

    static List<String> command(int ranks, boolean openMpi, List<String> program) {
        // In a session of its own, mpirun does not see the terminal's Ctrl-C, at which it would kill the ranks within a
        // second.
        List<String> command = new ArrayList<>(List.of("setsid", "mpirun", "-n", Integer.toString(ranks)));
        if (openMpi) {
            // As many as are asked for, whatever there are of cores; OpenCL's threads are not bound to one core; and
            // none of mpirun's
            // pages where a rank fails, because a rank has told why.
            command.addAll(List.of("--oversubscribe", "--bind-to", "none", "--quiet"));
        }
        command.addAll(program);
        return command;
    }

    private static void environment(Map<String, String> environment) {
        // Open MPI asks root twice whether it means it.
        environment.put("OMPI_ALLOW_RUN_AS_ROOT", "1");
        environment.put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        // One thread to a core, from core 0 on: of several processes it would be the same cores.
        environment.put("POCL_AFFINITY", "0");
    }

    private static boolean isOpenMpi() throws IOException {
        Process process;
        try {
            process = new ProcessBuilder("mpirun", "--version")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException missing) {
            throw new RanksException("--ranks needs an MPI, and there is no mpirun; install Open MPI 4 or 5 (Debian:"
                    + " apt-get install openmpi-bin libopenmpi3), or MPICH");
        }
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("Open MPI");
    }

    /** Tells the ranks to end, and mpirun only where they do not: it would not give them the time to save. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
                process.destroy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
