/** Ordinary differential equations on a device: Runge–Kutta methods, with a given number of steps or with as many as an error needs. */
@NullMarked
package scorefield.ncsn.ode;

import org.jspecify.annotations.NullMarked;
