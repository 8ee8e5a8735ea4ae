/** What people type, and what they meant. */
@NullMarked
package scorefield.ncsn.text;

import org.jspecify.annotations.NullMarked;
