package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.data.PictureSurvey.Pixels;

class SizeChoiceTest {

    @TempDir
    private Path folder;

    private static Optional<ImageSize> size(int divisor, Pixels... pictures) {
        return SizeChoice.of(List.of(pictures), divisor).map(SizeChoice::size);
    }

    @Test
    void smallPicturesOfOneSizeThatCanBeHalvedStayAsTheyAre() {
        assertThat(size(4, new Pixels(28, 28), new Pixels(28, 28))).isEmpty();
        assertThat(size(4, new Pixels(64, 200))).isEmpty();
        assertThat(size(1, new Pixels(7, 5))).isEmpty();
    }

    @Test
    void sidesThatCannotBeHalvedAreRoundedDown() {
        assertThat(size(4, new Pixels(30, 30))).hasValue(new ImageSize(28, 28));
        assertThat(size(8, new Pixels(30, 30))).hasValue(new ImageSize(24, 24));
        assertThat(size(4, new Pixels(1, 1))).hasValue(new ImageSize(4, 4));
    }

    @Test
    void largePicturesKeepTheirProportions() {
        assertThat(size(4, new Pixels(3000, 4000))).hasValue(new ImageSize(64, 84));
        assertThat(size(4, new Pixels(4000, 3000))).hasValue(new ImageSize(84, 64));
        assertThat(size(4, new Pixels(512, 512))).hasValue(new ImageSize(64, 64));
        // Nearly the same proportions: 3:4 still.
        assertThat(size(4, new Pixels(300, 400), new Pixels(310, 400), new Pixels(150, 200)))
                .hasValue(new ImageSize(64, 84));
        assertThat(size(4, new Pixels(20000, 100)).orElseThrow().height()).isEqualTo(8192);
    }

    @Test
    void ofDifferentProportionsSquaresAreCutAsLargeAsTheMedian() {
        assertThat(size(4, new Pixels(40, 100), new Pixels(90, 50), new Pixels(30, 30)))
                .hasValue(new ImageSize(40, 40));
        assertThat(SizeChoice.of(List.of(new Pixels(100, 300), new Pixels(90, 50)), 4)
                        .orElseThrow()
                        .reason())
                .isEqualTo("pictures differ in size, from 90×50 to 100×300");
        assertThat(SizeChoice.of(List.of(new Pixels(60, 40), new Pixels(40, 60), new Pixels(60, 40)), 4)
                        .orElseThrow()
                        .reason())
                .isEqualTo("pictures differ in size, from 40×60 to 60×40");
    }

    @Test
    void aSurveyFindsEveryPicturesSizeInTheOrderOfReading() {
        TestFiles.write(folder, "b/1.png", TestFiles.colourPng(5, 7, 0xff));
        TestFiles.write(folder, "a.jpeg", TestFiles.encode("jpeg", TestFiles.grey(3, 2, new byte[] {1, 2, 3, 4, 5, 6
        })));
        TestFiles.write(folder, "labels.csv", "a,b".getBytes(StandardCharsets.US_ASCII));
        PictureSurvey survey = PictureSurvey.of(folder, false).orElseThrow();
        assertThat(survey.names())
                .containsExactly("a.jpeg", "b/1.png")
                .isEqualTo(Images.read(folder, ReadOptions.resize(4, 4)).files());
        assertThat(survey.sizes()).containsExactly(new Pixels(3, 2), new Pixels(5, 7));
        Path zip = TestFiles.write(
                folder.resolve("z"), "z.zip", TestFiles.zip(Map.of("c.png", TestFiles.colourPng(4, 4, 0))));
        assertThat(PictureSurvey.of(zip, false).orElseThrow().sizes()).containsExactly(new Pixels(4, 4));
    }

    @Test
    void aSurveyNamesWhatIsNoPictureAndLeavesOtherFormatsAlone() {
        byte[] png = TestFiles.colourPng(5, 7, 0xff);
        TestFiles.write(folder, "a.png", png);
        TestFiles.write(folder, "b.png", Arrays.copyOf(png, 20));
        assertThatThrownBy(() -> PictureSurvey.of(folder, false))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(folder + "/b.png: is a damaged PNG picture");
        assertThatThrownBy(() -> PictureSurvey.of(folder.resolve("c"), false))
                .hasMessageContaining("no such file or folder");
        Path idx = TestFiles.write(folder, "idx", TestFiles.idx(new byte[4], 1, 2, 2));
        assertThat(PictureSurvey.of(idx, false)).isEmpty();
    }
}
