package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImageNumbersTest {

    @Test
    void aNetworkSeesTheMiddlesOfWhatBytesStandFor() {
        Images grey = Images.of("grey", 1, 2, 1, new byte[] {0, (byte) 255});
        float black = 0.5f / 256;
        float white = 255.5f / 256;
        assertThat(grey.numbers(0, 1).floats()).containsExactly(black, white);
        assertThat(grey.numbers(0, 3).floats()).containsExactly(black, black, black, white, white, white);
        Images yellow = Images.of("yellow", 1, 1, 3, new byte[] {(byte) 255, (byte) 255, 0});
        assertThat(yellow.numbers(0, 3).floats()).containsExactly(white, white, black);
    }
}
