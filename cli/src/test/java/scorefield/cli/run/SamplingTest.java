package scorefield.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.Images;

class SamplingTest {

    @Test
    void aNetworkSeesTheMiddlesOfWhatBytesStandFor() {
        Images grey = Images.of("grey", 1, 2, 1, new byte[] {0, (byte) 255});
        float black = 0.5f / 256;
        float white = 255.5f / 256;
        assertThat(Sampling.numbers(grey, 1)).containsExactly(black, white);
        assertThat(Sampling.numbers(grey, 3)).containsExactly(black, black, black, white, white, white);
        Images yellow = Images.of("yellow", 1, 1, 3, new byte[] {(byte) 255, (byte) 255, 0});
        assertThat(Sampling.numbers(yellow, 3)).containsExactly(white, white, black);
    }
}
