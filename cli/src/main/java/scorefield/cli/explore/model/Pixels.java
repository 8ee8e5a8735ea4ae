package scorefield.cli.explore.model;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.console.UserException;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.Json;

/** Images as a page sends and draws them: a byte for each number, row by row, in base64. */
final class Pixels {

    private Pixels() {}

    /** Each of N images N×H×W×C, or one image H×W×C. */
    static List<String> of(Values images, Shape sample) {
        int count = images.shape().size() / sample.size();
        byte[] bytes = Images.of("the result", sample.dim(0), sample.dim(1), sample.dim(2), images.floats())
                .bytes();
        return IntStream.range(0, count)
                .mapToObj(i -> Arrays.copyOfRange(bytes, i * sample.size(), (i + 1) * sample.size()))
                .map(Base64.getEncoder()::encodeToString)
                .toList();
    }

    /** One image as the network sees it, H×W×C in [0, 1]. */
    static Values image(Json text, Shape sample) {
        byte[] bytes = bytes(text);
        if (bytes.length != sample.size()) {
            throw new UserException("a picture must have " + sample.size() + " numbers, " + sample + "; got "
                    + bytes.length + "; reload the page");
        }
        return Images.of("the picture", sample.dim(0), sample.dim(1), sample.dim(2), bytes)
                .numbers(0, sample.dim(2));
    }

    static byte[] bytes(Json text) {
        try {
            return Base64.getDecoder().decode(text.text());
        } catch (IllegalArgumentException e) {
            throw text.isNot("bytes in base64");
        }
    }
}
