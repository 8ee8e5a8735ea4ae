package scorefield.cli.console;

import java.io.Console;

/** Whether output goes to a terminal. */
final class Terminal {

    private Terminal() {}

    /** Whether standard input and output are a terminal that can redraw a line. */
    @SuppressWarnings("SystemConsoleNull") // asked for both meanings that it has had
    static boolean isInteractive() {
        Console console = System.console();
        return console != null && isTerminal(console) && !"dumb".equals(System.getenv("TERM"));
    }

    /** From JDK 22 on there is always a console, which says itself whether it is a terminal; before, it was there only if it was. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("asking whether there is a terminal", e);
        }
    }
}
