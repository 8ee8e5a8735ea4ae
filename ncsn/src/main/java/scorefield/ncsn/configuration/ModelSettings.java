package scorefield.ncsn.configuration;

import java.util.OptionalInt;
import scorefield.ncsn.setting.Setting;

/**
 * What a network of any kind is conditioned on, besides the noise level.
 *
 * @param classes how many classes, 0 for an unconditional network; empty for as many as the data have
 */
public record ModelSettings(
        @Setting(
                defaultValue = "0",
                min = 0,
                max = 100_000,
                later = true,
                description =
                        "for images with labels: how many classes the network is conditioned on; 0: none, an unconditional"
                                + " network; auto: as many as the data have")
        OptionalInt classes) {}
