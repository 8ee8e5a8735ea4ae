package scorefield.bench.peer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A peer in its own JVM, because the native libraries and thread pools of different peers cannot share a process.
 *
 * <p>Between commands the process waits for its input and uses no processor.
 */
public final class PeerProcess implements AutoCloseable {

    /**
     * The duration of some steps.
     *
     * @param nanoseconds by the clock of the peer's process
     * @param processorNanoseconds the processor time of the process, summed over its threads
     */
    public record Time(long nanoseconds, long processorNanoseconds) {}

    /**
     * A peer's program.
     *
     * @param classPath of the build that it is from
     * @param libraryPath the folder of that build's native libraries
     * @param mainClass the class whose main method calls {@link PeerServer#serve}
     */
    public record Program(String classPath, String libraryPath, String mainClass) {

        /** A program of this build. */
        public static Program here(String mainClass) {
            return new Program(
                    System.getProperty("java.class.path"), System.getProperty("java.library.path"), mainClass);
        }
    }

    private final String name;
    private final Process process;
    private final DataInputStream in;
    private final DataOutputStream out;

    private PeerProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    }

    /**
     * Starts a peer.
     *
     * @param name the name in tables
     * @param environment added to this process's own
     */
    public static PeerProcess start(String name, Program program, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Djava.library.path=" + program.libraryPath(),
                "-cp",
                program.classPath(),
                program.mainClass()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new PeerProcess(name, builder.start());
    }

    /** The name in tables. */
    public String name() {
        return name;
    }

    /** {@link Peer#describe}. */
    public String describe() throws IOException {
        ask(PeerServer.Command.DESCRIBE);
        return in.readUTF();
    }

    /** {@link Peer#evaluate}. */
    public Peer.Evaluation evaluate() throws IOException {
        ask(PeerServer.Command.EVALUATE);
        return new Peer.Evaluation(in.readDouble(), numbers());
    }

    /** {@link Peer#score}. */
    public float[] score() throws IOException {
        ask(PeerServer.Command.SCORE);
        return numbers();
    }

    /** {@link Peer#parameters}. */
    public float[] parameters() throws IOException {
        ask(PeerServer.Command.PARAMETERS);
        return numbers();
    }

    /** {@link Peer#average}. */
    public float[] average() throws IOException {
        ask(PeerServer.Command.AVERAGE);
        return numbers();
    }

    /** {@link Peer#train}, with its duration. */
    public Time train(int steps) throws IOException {
        return timed(PeerServer.Command.TRAIN, steps);
    }

    /** {@link Peer#sample}, with its duration. */
    public Time sample(int steps) throws IOException {
        return timed(PeerServer.Command.SAMPLE, steps);
    }

    /** {@link OperationPeer#prepare}. */
    public void prepare(Operation operation) throws IOException {
        out.writeUTF(PeerServer.Command.PREPARE.name());
        out.writeUTF(operation.toString());
        out.flush();
        waitForAnswer();
        in.readBoolean();
    }

    /** {@link OperationPeer#repeat}, with its duration. */
    public Time repeat(int times) throws IOException {
        return timed(PeerServer.Command.REPEAT, times);
    }

    /** {@link OperationPeer#results}. */
    public float[] results() throws IOException {
        ask(PeerServer.Command.RESULTS);
        return numbers();
    }

    /** The peak memory of the peer's process in bytes: data, code and its JVM. */
    public long peakMemory() throws IOException {
        ask(PeerServer.Command.PEAK_MEMORY);
        return in.readLong();
    }

    private Time timed(PeerServer.Command command, int steps) throws IOException {
        out.writeUTF(command.name());
        out.writeInt(steps);
        out.flush();
        waitForAnswer();
        return new Time(in.readLong(), in.readLong());
    }

    private void ask(PeerServer.Command command) throws IOException {
        out.writeUTF(command.name());
        out.flush();
        waitForAnswer();
    }

    private void waitForAnswer() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            throw new EOFException(name + " ended without an answer; its output is above");
        }
        in.reset();
    }

    private float[] numbers() throws IOException {
        return PeerServer.read(in, in.readInt());
    }

    /** Ends the process, by force if it does not end by itself within some seconds. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (process.isAlive()) {
            out.writeUTF(PeerServer.Command.END.name());
            out.flush();
        }
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
