package scorefield.ncsn.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;

/** A model in ONNX Runtime: an implementation of others, that knows nothing of this one. */
final class OnnxModel implements AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    OnnxModel(byte[] model) throws OrtException {
        session = environment.createSession(model);
    }

    /** The values of the only output. */
    Values run(Map<String, Values> inputs) throws OrtException {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Values> input : inputs.entrySet()) {
                tensors.put(input.getKey(), tensor(input.getValue()));
            }
            try (OrtSession.Result result = session.run(tensors)) {
                OnnxTensor output = (OnnxTensor) result.get(0);
                int[] dims = Arrays.stream(output.getInfo().getShape())
                        .mapToInt(Math::toIntExact)
                        .toArray();
                Shape shape = Shape.of(dims);
                if (output.getInfo().type == OnnxJavaType.FLOAT) {
                    float[] numbers = new float[shape.size()];
                    output.getFloatBuffer().get(numbers);
                    return Values.of(shape, numbers);
                }
                if (output.getInfo().type == OnnxJavaType.INT64) {
                    long[] numbers = new long[shape.size()];
                    output.getLongBuffer().get(numbers);
                    return Values.of(
                            shape,
                            Arrays.stream(numbers).mapToInt(Math::toIntExact).toArray());
                }
                byte[] numbers = new byte[shape.size()];
                output.getByteBuffer().get(numbers);
                return Values.of(shape, numbers);
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(Values values) throws OrtException {
        long[] dims = Arrays.stream(values.shape().dims()).asLongStream().toArray();
        if (values.dtype() == DType.FLOAT) {
            return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values.floats()), dims);
        }
        if (values.dtype() == DType.INT) {
            long[] numbers = Arrays.stream(values.ints()).asLongStream().toArray();
            return OnnxTensor.createTensor(environment, LongBuffer.wrap(numbers), dims);
        }
        return OnnxTensor.createTensor(environment, ByteBuffer.wrap(values.bytes()), dims, OnnxJavaType.UINT8);
    }

    /** An input's extents; a free one is −1. */
    long[] inputShape(String name) throws OrtException {
        return ((TensorInfo) session.getInputInfo().get(name).getInfo()).getShape();
    }

    /** The model's own properties. */
    Map<String, String> properties() throws OrtException {
        return session.getMetadata().getCustomMetadata();
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
