/** {@code inspect}, {@code profile}, {@code devices} and {@code score}: what a network is, what it costs, and what it computes. */
@NullMarked
package scorefield.cli.inspect;

import org.jspecify.annotations.NullMarked;
