/** {@code inpaint}, {@code denoise}, {@code colorize} and {@code interpolate}: with pictures that a person has. */
@NullMarked
package scorefield.cli.edit;

import org.jspecify.annotations.NullMarked;
