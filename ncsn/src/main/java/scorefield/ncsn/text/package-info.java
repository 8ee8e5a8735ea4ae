/** Suggestions for misspelt words. */
@NullMarked
package scorefield.ncsn.text;

import org.jspecify.annotations.NullMarked;
