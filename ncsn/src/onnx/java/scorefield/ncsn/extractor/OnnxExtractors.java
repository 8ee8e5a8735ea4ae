package scorefield.ncsn.extractor;

import java.io.IOException;
import java.nio.file.Path;
import scorefield.ncsn.evaluation.FeatureExtractor;

/** Opens feature extractors in ONNX's format; {@link java.util.ServiceLoader} finds it. */
public final class OnnxExtractors implements FeatureExtractor.Provider {

    /** For {@link java.util.ServiceLoader}. */
    public OnnxExtractors() {}

    @Override
    public FeatureExtractor open(Path file, FeatureExtractor.Preprocessing preprocessing) throws IOException {
        return OnnxExtractor.open(file, preprocessing);
    }
}
