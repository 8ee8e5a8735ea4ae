package scorefield.kernels.ladder;

import scorefield.kernels.profile.Profile;

/**
 * What was measured of a rung.
 *
 * @param rung what was measured; the last of a ladder is the kernel in use
 * @param suits whether it was made for this kind of device
 * @param total the operations and the least traffic of the op, the median time, and what that time would be at the roofline
 */
public record Measurement(Rung rung, boolean suits, Profile.Total total) {}
