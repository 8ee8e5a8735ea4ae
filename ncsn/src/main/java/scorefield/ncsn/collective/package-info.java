/**
 * Several processes ("ranks") that work as one: {@link scorefield.ncsn.collective.Collective} is what they share numbers with,
 * {@link scorefield.ncsn.collective.BinaryTree} the order of their sums.
 *
 * <p>The one package that knows MPI: its library, the variables of its launchers, and {@code mpirun}.
 */
@NullMarked
package scorefield.ncsn.collective;

import org.jspecify.annotations.NullMarked;
