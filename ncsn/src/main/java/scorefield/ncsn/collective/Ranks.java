package scorefield.ncsn.collective;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Joins the processes that an MPI launcher ({@code mpirun}, {@code srun}) started together. */
public final class Ranks {

    /** How many processes Open MPI's launcher started. */
    private static final String OPEN_MPI_SIZE = "OMPI_COMM_WORLD_SIZE";

    /** How many MPICH's, or another with its interface, did. */
    private static final String PMI_SIZE = "PMI_SIZE";

    /** This process's number, of launchers with Open MPI's newer interface, which do not say how many there are. */
    private static final String PMIX_RANK = "PMIX_RANK";

    private Ranks() {}

    /** Whether an MPI launcher started this process. Otherwise nothing of MPI is loaded. */
    public static boolean areLaunched() {
        return areLaunched(System.getenv());
    }

    static boolean areLaunched(Map<String, String> environment) {
        return Stream.of(OPEN_MPI_SIZE, PMI_SIZE, PMIX_RANK).anyMatch(environment::containsKey);
    }

    /**
     * This process as one of those that were started together. The calling thread is the one that may use it. The caller closes it.
     *
     * @param ended takes the line that says why all ranks end where one of them failed; on rank 0, or on rank 1 where rank 0 is the one
     * @throws RanksException if no launcher started it, there is no MPI, or the ranks cannot be connected
     */
    public static Collective join(Consumer<String> ended) {
        return join(System.getenv(), ended);
    }

    private static Collective join(Map<String, String> environment, Consumer<String> ended) {
        if (!areLaunched(environment)) {
            throw new RanksException("no MPI launcher started this process; start it with mpirun");
        }
        int launched = Stream.of(OPEN_MPI_SIZE, PMI_SIZE)
                .map(environment::get)
                .filter(Objects::nonNull)
                .findFirst()
                .map(Integer::valueOf)
                .orElse(0);
        MpiLibrary library = MpiLibrary.open(environment.containsKey(OPEN_MPI_SIZE));
        return new MpiCollective(library, launched, host(), ended);
    }

    /** The kernel's name for this machine, which, other than Java's, need not be that of an address. */
    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            throw new RanksException("this machine's name could not be read: " + e.getMessage());
        }
    }

    /**
     * Refuses ranks that differ in what must be the same on all of them.
     *
     * @param what what is compared, for the message: {@code the configuration}
     * @param here what it is on this rank, or its hash
     * @param remedy what to do about it
     * @throws RanksException on every rank, naming the first rank that differs from rank 0
     */
    public static void requireSame(Collective ranks, String what, String here, String remedy) {
        List<byte[]> all = ranks.gather(here.getBytes(StandardCharsets.UTF_8));
        for (int rank = 1; rank < all.size(); rank++) {
            if (!Arrays.equals(all.get(rank), all.get(0))) {
                throw new RanksException(what + " of " + ranks.name(rank) + " is "
                        + new String(all.get(rank), StandardCharsets.UTF_8) + ", but of "
                        + ranks.name(0) + " " + new String(all.get(0), StandardCharsets.UTF_8) + "; "
                        + remedy);
            }
        }
    }
}
