package scorefield.kernels.verify;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compilers that need no GPU: Clang with libclc, LLVM's library of OpenCL functions, and, where it is installed, NVIDIA's assembler
 * {@code ptxas}, which turns Clang's PTX into machine code and tells what that needs. NVIDIA's driver does the same with its own Clang.
 *
 * <p>PTX is compiled for sm_80, which Clang knows from version 11 on, and assembled for each of NVIDIA's targets. Without {@code ptxas}
 * nobody knows its registers: Clang's are virtual.
 */
public final class Toolchain {

    private static final Pattern CLANG = Pattern.compile("clang-(\\d+)");

    /** Where Debian's packages of libclc put the library, from clang-N's to all versions'. */
    private static final List<String> LIBRARY_FOLDERS =
            List.of("/usr/lib/llvm-%d/share/clc", "/usr/lib/llvm-%d/lib/clc", "/usr/lib/clc", "/usr/share/clc");

    private static final String NVIDIA = "nvptx64--nvidiacl";
    private static final String AMD = "amdgcn--amdhsa";
    private static final String PTX = Target.SM_80.architecture();

    private static final String TRIAL = "kernel void trial(global float *x) { x[get_global_id(0)] = exp(x[0]); }";

    private static final Pattern SHARED =
            Pattern.compile("(?m)^\\s*\\.shared \\.align \\d+ \\.b8 ([\\w$.]+)\\[(\\d+)\\]");
    private static final Pattern ENTRY = Pattern.compile("(?m)^\\.visible \\.entry (\\w+)\\(");
    private static final Pattern DEPOT =
            Pattern.compile("\\.local \\.align \\d+ \\.b8 \\s*__local_depot\\d+\\[(\\d+)\\]");
    private static final Pattern ASSEMBLED = Pattern.compile("Compiling entry function '(\\w+)'.*\\R"
            + ".*Function properties for \\w+\\R"
            + "\\s*(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads\\R"
            + ".*?Used (\\d+) registers(.*)");
    private static final Pattern SHARED_OF_ASSEMBLED = Pattern.compile("(\\d+) bytes smem");

    private final String clang;
    private final Path libraries;
    private final Optional<String> assembler;

    /** PTX by its source and options: the same for all of NVIDIA's targets. */
    private final Map<String, String> ptx = new ConcurrentHashMap<>();

    private Toolchain(String clang, Path libraries, Optional<String> assembler) {
        this.clang = clang;
        this.libraries = libraries;
        this.assembler = assembler;
    }

    /** The newest Clang on the path that compiles a trivial kernel for every target; empty where none does. */
    public static Optional<Toolchain> find() {
        Optional<String> assembler =
                onPath(Pattern.compile("ptxas")).stream().findFirst().map(Path::toString);
        List<Path> newestFirst = onPath(CLANG).stream()
                .sorted(Comparator.comparingInt(Toolchain::version).reversed())
                .toList();
        for (Path clang : newestFirst) {
            for (String folder : LIBRARY_FOLDERS) {
                Path libraries = Path.of(folder.formatted(version(clang)));
                Toolchain found = new Toolchain(clang.toString(), libraries, assembler);
                if (found.works()) {
                    return Optional.of(found);
                }
            }
        }
        return Optional.empty();
    }

    private static int version(Path clang) {
        Matcher name = CLANG.matcher(clang.getFileName().toString());
        return name.matches() ? Integer.parseInt(name.group(1)) : 0;
    }

    private static List<Path> onPath(Pattern name) {
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .flatMap(Toolchain::programs)
                .filter(file -> name.matcher(file.getFileName().toString()).matches())
                .toList();
    }

    private static Stream<Path> programs(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isExecutable).toList().stream();
        } catch (IOException e) {
            return Stream.empty(); // a folder of the path that is not there
        }
    }

    private boolean works() {
        if (!Files.isReadable(library(NVIDIA)) || !Files.isReadable(library(AMD))) {
            return false;
        }
        try {
            for (Target target : Target.values()) {
                if (!compile(target, TRIAL, "").containsKey("trial")) {
                    return false;
                }
            }
            return true;
        } catch (CompilerException e) {
            return false; // too old for one of them, or of another version than the library
        }
    }

    private Path library(String triple) {
        return libraries.resolve(triple + ".bc");
    }

    /** What compiles, for people. */
    public String description() {
        return clang + " with " + libraries
                + assembler.map(found -> ", " + found).orElse("; no ptxas");
    }

    /** Whether a target's registers are known. */
    boolean countsRegisters(Target target) {
        return !target.isNvidia() || assembler.isPresent();
    }

    /**
     * Compiles a source, for one target.
     *
     * @param options such as {@code -DTILE=8}, with blanks between them; may be empty
     * @return what each kernel in it needs
     */
    Map<String, Resources> compile(Target target, String source, String options) throws CompilerException {
        try {
            Path folder = Files.createTempDirectory("scorefield-verify");
            try {
                String known = target.isNvidia() ? ptx.get(options + source) : null;
                String code = known == null ? assembly(folder, target, source, options) : known;
                if (!target.isNvidia()) {
                    return ofAmd(code);
                }
                ptx.put(options + source, code);
                return assembler.isPresent() ? ofAssembler(assemble(folder, target, code)) : ofPtx(code);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new CompilerException(e.toString());
        }
    }

    private String assembly(Path folder, Target target, String source, String options)
            throws IOException, CompilerException {
        Path text = Files.writeString(folder.resolve("kernels.cl"), source);
        Path code = folder.resolve("kernels.s");
        run(folder, command(target, text, options, code));
        return Files.readString(code);
    }

    private List<String> command(Target target, Path text, String options, Path code) {
        List<String> command = new ArrayList<>(List.of(clang, "-x", "cl", "-cl-std=CL1.2", "-O3", "-S"));
        command.addAll(
                target.isNvidia()
                        ? List.of(
                                "-target",
                                NVIDIA,
                                "-Xclang",
                                "-target-cpu",
                                "-Xclang",
                                PTX,
                                "-Xclang",
                                "-target-feature",
                                "-Xclang",
                                "+ptx74")
                        : List.of("-target", AMD, "-mcpu=" + target.architecture(), "-nogpulib"));
        command.addAll(List.of(
                "-Xclang",
                "-finclude-default-header",
                "-Xclang",
                "-mlink-builtin-bitcode",
                "-Xclang",
                library(target.isNvidia() ? NVIDIA : AMD).toString()));
        if (!options.isBlank()) {
            command.addAll(Arrays.asList(options.strip().split("\\s+")));
        }
        command.addAll(List.of("-o", code.toString(), text.toString()));
        return command;
    }

    /** What the assembler prints. */
    private String assemble(Path folder, Target target, String code) throws IOException, CompilerException {
        Path text = Files.writeString(folder.resolve("kernels.ptx"), code);
        String result = folder.resolve("kernels.cubin").toString();
        return run(
                folder,
                List.of(
                        assembler.orElseThrow(),
                        "-v",
                        "-arch=" + target.architecture(),
                        "-o",
                        result,
                        text.toString()));
    }

    /** What PTX says itself. */
    static Map<String, Resources> ofPtx(String ptx) {
        Map<String, Integer> local = new LinkedHashMap<>();
        SHARED.matcher(ptx)
                .results()
                .forEach(array -> local.merge(
                        array.group(1).replaceFirst("[.$].*", ""), Integer.parseInt(array.group(2)), Integer::sum));
        List<String> parts = List.of(ptx.split("(?m)^(?=\\.visible \\.entry )"));
        Map<String, Resources> kernels = new LinkedHashMap<>();
        for (String part : parts) {
            Matcher entry = ENTRY.matcher(part);
            if (entry.find()) {
                Matcher depot = DEPOT.matcher(part);
                int privateBytes = depot.find() ? Integer.parseInt(depot.group(1)) : 0;
                kernels.put(
                        entry.group(1),
                        new Resources(OptionalInt.empty(), 0, privateBytes, local.getOrDefault(entry.group(1), 0)));
            }
        }
        return kernels;
    }

    /** What {@code ptxas -v} prints. */
    static Map<String, Resources> ofAssembler(String log) {
        Map<String, Resources> kernels = new LinkedHashMap<>();
        Matcher function = ASSEMBLED.matcher(log);
        while (function.find()) {
            Matcher shared = SHARED_OF_ASSEMBLED.matcher(function.group(6));
            kernels.put(
                    function.group(1),
                    new Resources(
                            OptionalInt.of(Integer.parseInt(function.group(5))),
                            Math.max(Integer.parseInt(function.group(3)), Integer.parseInt(function.group(4))),
                            Integer.parseInt(function.group(2)),
                            shared.find() ? Integer.parseInt(shared.group(1)) : 0));
        }
        return kernels;
    }

    /**
     * What the metadata at the end of AMD's assembly say. Scalar registers that are spilled go to lanes of vector registers, which are
     * counted, and to memory only where these do not suffice.
     */
    static Map<String, Resources> ofAmd(String assembly) {
        Map<String, Resources> kernels = new LinkedHashMap<>();
        String metadata = assembly.substring(Math.max(0, assembly.indexOf("amdhsa.kernels:")));
        for (String kernel : metadata.split("(?m)^  - ")) {
            Matcher name = Pattern.compile("(?m)^    \\.name: +'?(\\w+)'?$").matcher(kernel);
            if (name.find()) {
                kernels.put(
                        name.group(1),
                        new Resources(
                                OptionalInt.of(number(kernel, "vgpr_count")),
                                number(kernel, "vgpr_spill_count"),
                                number(kernel, "private_segment_fixed_size"),
                                number(kernel, "group_segment_fixed_size")));
            }
        }
        return kernels;
    }

    private static int number(String kernel, String key) {
        Matcher value = Pattern.compile("(?m)^    \\." + key + ": +(\\d+)$").matcher(kernel);
        return value.find() ? Integer.parseInt(value.group(1)) : 0;
    }

    /** Runs a compiler to its end, and returns what it printed. */
    private static String run(Path folder, List<String> command) throws IOException, CompilerException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            int code = process.waitFor();
            String printed = Files.readString(log, StandardCharsets.UTF_8);
            if (code != 0) {
                throw new CompilerException(
                        printed.isBlank() ? command.get(0) + " ended with exit code " + code : printed.strip());
            }
            return printed;
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new CompilerException("interrupted");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
