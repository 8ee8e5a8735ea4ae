/** How settings are declared: as components of records, which list them and read them at the same time. */
@NullMarked
package scorefield.ncsn.setting;

import org.jspecify.annotations.NullMarked;
