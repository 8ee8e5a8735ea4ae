package scorefield.bench.peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;
import scorefield.ncsn.onnx.OnnxExport;

/**
 * ONNX Runtime on the processor, with the model that {@code export --onnx} writes. It computes scores; the Langevin step itself and its
 * noise are a loop in Java, which takes a hundredth of the network's time. It does not train.
 */
public final class OnnxPeer implements Peer {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final OnnxTensor images;
    private final OnnxTensor sigma;
    private final FloatBuffer x;
    private final float[] start;
    private final int threads;
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

    private OnnxPeer(Workload workload, int threads) {
        this.threads = threads;
        Workload.Numbers numbers = workload.numbers();
        start = numbers.x();
        float[] levels = new float[workload.images()];
        Arrays.fill(levels, (float) SAMPLING_SIGMA);
        x = direct(start);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            byte[] model = OnnxExport.model(workload.network(), numbers.parameters(), OnnxExport.Output.SCORE, Map.of())
                    .toByteArray();
            session = environment.createSession(model, options);
            images = OnnxTensor.createTensor(
                    environment,
                    x,
                    Arrays.stream(workload.batch().dims()).asLongStream().toArray());
            sigma = OnnxTensor.createTensor(environment, direct(levels), new long[] {levels.length});
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
        }
    }

    /** Numbers outside of Java's heap, which ONNX Runtime reads in their place. */
    private static FloatBuffer direct(float[] numbers) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(numbers.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        buffer.put(0, numbers);
        return buffer;
    }

    private float[] run() {
        try (OrtSession.Result result = session.run(Map.of("x", images, "sigma", sigma))) {
            float[] score = new float[start.length];
            ((OnnxTensor) result.get(0)).getFloatBuffer().get(score);
            return score;
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
        }
    }

    @Override
    public String describe() {
        return "ONNX Runtime %s, processor, %d threads, all optimisations".formatted(environment.getVersion(), threads);
    }

    @Override
    public float[] score() {
        x.put(0, start);
        return run();
    }

    @Override
    public void sample(int steps) {
        for (int i = 0; i < steps; i++) {
            float[] score = run();
            for (int k = 0; k < score.length; k++) {
                double noise = Math.sqrt(SAMPLING_ALPHA) * random.nextGaussian();
                x.put(k, (float) (x.get(k) + SAMPLING_ALPHA / 2 * score[k] + noise));
            }
        }
    }

    @Override
    public Evaluation evaluate() {
        throw samplesOnly();
    }

    @Override
    public void train(int steps) {
        throw samplesOnly();
    }

    @Override
    public float[] parameters() {
        throw samplesOnly();
    }

    @Override
    public float[] average() {
        throw samplesOnly();
    }

    private static UnsupportedOperationException samplesOnly() {
        return new UnsupportedOperationException("ONNX Runtime does not train; it is measured in sampling steps only");
    }

    @Override
    public void close() {
        try {
            images.close();
            sigma.close();
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
        }
    }

    /** A process with this peer: arguments are the workload and the number of threads. */
    public static void main(String... arguments) throws Exception {
        PeerServer.serve(() -> new OnnxPeer(Workload.named(arguments[0]), Integer.parseInt(arguments[1])));
    }
}
