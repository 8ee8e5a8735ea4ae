/** What a person can set: keys with their ranges, presets, and the typed settings that the rest of the program reads. */
@NullMarked
package scorefield.ncsn.configuration;

import org.jspecify.annotations.NullMarked;
