/** {@code inpaint}, {@code denoise}, {@code colorize} and {@code interpolate}: edits of a user's pictures. */
@NullMarked
package scorefield.cli.edit;

import org.jspecify.annotations.NullMarked;
