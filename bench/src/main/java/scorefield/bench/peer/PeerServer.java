package scorefield.bench.peer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** The peer's side of the pipe to the measuring process: reads commands, does the work, answers. {@link PeerProcess} is the other side. */
final class PeerServer {

    /** The commands of the measuring process. */
    enum Command {
        DESCRIBE,
        EVALUATE,
        SCORE,
        TRAIN,
        PARAMETERS,
        AVERAGE,
        SAMPLE,
        PREPARE,
        REPEAT,
        RESULTS,
        PEAK_MEMORY,
        END
    }

    private PeerServer() {}

    static void serve(Supplier<? extends Library> maker) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        System.setOut(System.err); // a library's output must not mix with the answers
        try (Library library = maker.get()) {
            for (Command command = read(in); command != Command.END; command = read(in)) {
                answer(library, command, in, out);
                out.flush();
            }
        }
    }

    private static Command read(DataInputStream in) throws IOException {
        return Command.valueOf(in.readUTF());
    }

    private static void answer(Library library, Command command, DataInputStream in, DataOutputStream out)
            throws IOException {
        switch (command) {
            case DESCRIBE -> out.writeUTF(library.describe());
            case EVALUATE -> {
                Peer.Evaluation evaluation = ((Peer) library).evaluate();
                out.writeDouble(evaluation.loss());
                write(out, evaluation.gradient());
            }
            case SCORE -> write(out, ((Peer) library).score());
            case PARAMETERS -> write(out, ((Peer) library).parameters());
            case AVERAGE -> write(out, ((Peer) library).average());
            case TRAIN -> time(((Peer) library)::train, in, out);
            case SAMPLE -> time(((Peer) library)::sample, in, out);
            case PREPARE -> {
                ((OperationPeer) library).prepare(Operation.named(in.readUTF()));
                out.writeBoolean(true);
            }
            case REPEAT -> time(((OperationPeer) library)::repeat, in, out);
            case RESULTS -> write(out, ((OperationPeer) library).results());
            case PEAK_MEMORY -> out.writeLong(peakMemory());
            case END -> throw new IllegalStateException("an end has no answer");
        }
    }

    private static void time(IntConsumer work, DataInputStream in, DataOutputStream out) throws IOException {
        int steps = in.readInt();
        long processors = processorTime();
        long start = System.nanoTime();
        work.accept(steps);
        out.writeLong(System.nanoTime() - start);
        out.writeLong(processorTime() - processors);
    }

    /** The processor time of this process, summed over its threads, in nanoseconds. */
    private static long processorTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static void write(DataOutputStream out, float[] numbers) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(numbers.length, Float.BYTES));
        bytes.asFloatBuffer().put(numbers);
        out.writeInt(numbers.length);
        out.write(bytes.array());
    }

    static float[] read(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[Math.multiplyExact(length, Float.BYTES)];
        in.readFully(bytes);
        float[] numbers = new float[length];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(numbers);
        return numbers;
    }

    /** The peak memory of this process (Linux's VmHWM) in bytes. */
    private static long peakMemory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("/proc/self/status has no VmHWM");
    }
}
