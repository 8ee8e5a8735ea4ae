package scorefield.ncsn.collective;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The C API of an installed MPI, and its three handles that are used here: the communicator of all ranks, the type of bytes, and the handler that
 * returns errors. Sums are computed in Java, because MPI promises no order for its own, so bytes are all that is sent.
 *
 * <p>MPI's standard leaves open what a handle is in C. In Open MPI 4 and 5 it is the address of a variable, in MPICH 3 and 4 a number of 32 bits,
 * and in the standard's ABI (MPI 5.0, chapter 20: MPICH 5, Open MPI 6) a small number in place of an address.
 */
final class MpiLibrary {

    /** dlopen's flags: Open MPI's plug-ins look for its symbols among those of all libraries. */
    private static final int RTLD_NOW = 2;

    private static final int RTLD_GLOBAL = 0x100;

    /** Longer than any library's text: MPI_MAX_LIBRARY_VERSION_STRING, MPI_MAX_ERROR_STRING. */
    private static final int TEXT = 16_384;

    private static final int SUCCESS = 0;

    /** A kind of handles, and the names of the libraries that have it. */
    private enum Kind {
        ABI("libmpi_abi.so.0", "libmpi_abi.so"),
        OPEN_MPI("libmpi.so.40"),
        MPICH("libmpich.so.12", "libmpi.so.12");

        private final List<String> names;

        Kind(String... names) {
            this.names = List.of(names);
        }
    }

    private final NativeLibrary library;
    private final Object world;
    private final Object bytes;
    private final Object errorsReturn;

    private MpiLibrary(NativeLibrary library, Kind kind) {
        this.library = library;
        switch (kind) {
            case ABI -> {
                world = new Pointer(0x101);
                bytes = new Pointer(0x247);
                errorsReturn = new Pointer(0x143);
            }
            case OPEN_MPI -> {
                world = library.getGlobalVariableAddress("ompi_mpi_comm_world");
                bytes = library.getGlobalVariableAddress("ompi_mpi_byte");
                errorsReturn = library.getGlobalVariableAddress("ompi_mpi_errors_return");
            }
            default -> {
                world = 0x44000000;
                bytes = 0x4c00010d;
                errorsReturn = 0x54000001;
            }
        }
    }

    /**
     * Opens the installed library.
     *
     * @param openMpi whether Open MPI's launcher started this process: its library is then looked for first, otherwise last
     * @throws RanksException if there is none, or only ones that are not known
     */
    static MpiLibrary open(boolean openMpi) {
        nameOwnLibrary();
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        kinds.sort(Comparator.comparing(kind -> (kind == Kind.OPEN_MPI) != openMpi));
        List<String> refused = new ArrayList<>();
        for (Kind kind : kinds) {
            for (String name : kind.names) {
                NativeLibrary library;
                try {
                    library =
                            NativeLibrary.getInstance(name, Map.of(Library.OPTION_OPEN_FLAGS, RTLD_NOW | RTLD_GLOBAL));
                } catch (UnsatisfiedLinkError missing) {
                    continue;
                }
                String version = version(library);
                if (isKnown(kind, version)) {
                    return new MpiLibrary(library, kind);
                }
                refused.add(name + " is " + version);
            }
        }
        throw new RanksException(
                refused.isEmpty()
                        ? "an MPI launcher started this process, but no MPI library was found; install Open MPI 4 or 5 (Debian:"
                                + " openmpi-bin libopenmpi3), or MPICH"
                        : "this MPI is not known: " + String.join("; ", refused)
                                + "; known are Open MPI 4 and 5, MPICH, and libraries with the standard ABI (libmpi_abi)");
    }

    /** JNA's own library lies with the program's other native code; JNA would unpack it into the folder for temporary files. */
    private static void nameOwnLibrary() {
        String folders = Arrays.stream(
                        System.getProperty("java.library.path", "").split(File.pathSeparator))
                .map(folder -> folder + "/com/sun/jna/" + Platform.RESOURCE_PREFIX)
                .filter(folder -> Files.isDirectory(Path.of(folder)))
                .collect(Collectors.joining(File.pathSeparator));
        if (!folders.isEmpty()) {
            System.setProperty("jna.boot.library.path", folders);
        }
    }

    private static boolean isKnown(Kind kind, String version) {
        return switch (kind) {
            case ABI -> true;
            case OPEN_MPI -> version.startsWith("Open MPI v4.") || version.startsWith("Open MPI v5.");
            case MPICH -> version.startsWith("MPICH Version:");
        };
    }

    /** The first line of what the library says of itself. It may be asked before MPI is initialised. */
    private static String version(NativeLibrary library) {
        Memory text = new Memory(TEXT);
        text.clear();
        library.getFunction("MPI_Get_library_version").invokeInt(new Object[] {text, new IntByReference()});
        return text.getString(0, StandardCharsets.UTF_8.name())
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll("\\s+", " ");
    }

    /** What the library says of itself, in a line. */
    String version() {
        return version(library);
    }

    /** Initialises MPI for calls by this thread alone. */
    void initialise() {
        call("MPI_Init", Pointer.NULL, Pointer.NULL);
        call("MPI_Comm_set_errhandler", world, errorsReturn);
    }

    int rank() {
        IntByReference rank = new IntByReference();
        call("MPI_Comm_rank", world, rank);
        return rank.getValue();
    }

    int size() {
        IntByReference size = new IntByReference();
        call("MPI_Comm_size", world, size);
        return size.getValue();
    }

    void broadcast(Memory buffer, int count) {
        call("MPI_Bcast", buffer, count, bytes, 0, world);
    }

    /** Each rank's bytes to all ranks: {@code count} from here, {@code counts} of each at {@code places}. */
    void allGather(Memory from, int count, Memory to, int[] counts, int[] places) {
        call("MPI_Allgatherv", from, count, bytes, to, counts, places, bytes, world);
    }

    /** To each rank its own bytes. */
    void allToAll(Memory from, int[] counts, int[] places, Memory to, int[] toCounts, int[] toPlaces) {
        call("MPI_Alltoallv", from, counts, places, bytes, to, toCounts, toPlaces, bytes, world);
    }

    /** Ends MPI; every rank calls it. */
    void finish() {
        call("MPI_Finalize");
    }

    private void call(String name, Object... arguments) {
        Function function = library.getFunction(name);
        int code = function.invokeInt(arguments);
        if (code != SUCCESS) {
            throw new RanksException(name + " failed: " + error(code));
        }
    }

    private String error(int code) {
        Memory text = new Memory(TEXT);
        text.clear();
        library.getFunction("MPI_Error_string").invokeInt(new Object[] {code, text, new IntByReference()});
        return text.getString(0, StandardCharsets.UTF_8.name()).replaceAll("\\s+", " ");
    }
}
