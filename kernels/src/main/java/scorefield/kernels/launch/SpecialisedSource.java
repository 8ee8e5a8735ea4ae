package scorefield.kernels.launch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel source as people can read it after it was specialised: the names that compiler options define have their values, and of each
 * {@code #if} that the options decide only the lines that are compiled are left. Other macros and all comments stay as they were written.
 */
public final class SpecialisedSource {

    private static final Pattern OPTION = Pattern.compile("-D(\\w+)(?:=(\\S+))?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern POSITION = Pattern.compile("#line (\\d+) \"(.*)\"");
    private static final Pattern DEFINE = Pattern.compile("\\s*#\\s*define\\s+(\\w+).*");
    private static final Pattern CONDITION = Pattern.compile("\\s*#\\s*(ifdef|ifndef|if)\\s+(.*?)\\s*(?://.*)?");
    private static final Pattern COMPARISON = Pattern.compile("(\\w+)\\s*==\\s*(\\w+)");
    private static final Pattern DEFINED = Pattern.compile("defined\\s*\\(\\s*(\\w+)\\s*\\)");

    /** What is known of a condition whose lines are being read. */
    private enum Branch {
        TAKEN,
        LEFT_OUT,
        /** The options do not decide it: both branches stay, and so do its own lines. */
        OPEN
    }

    private final Map<String, String> options = new HashMap<>();
    private final Map<String, String> defined = new HashMap<>();
    private final Deque<Branch> branches = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();
    private String file = "";

    private SpecialisedSource(String compilerOptions) {
        Matcher option = OPTION.matcher(compilerOptions);
        while (option.find()) {
            // As a C compiler has it, a name that is defined without a value is 1.
            options.put(option.group(1), option.group(2) == null ? "1" : option.group(2));
        }
        defined.putAll(options);
    }

    /**
     * Specialises a source.
     *
     * @param source OpenCL C, with the {@code #line} directives of {@link KernelSource}: a comment stands for each one that begins another file
     * @param compilerOptions such as {@code -DWIDTH=4 -DSILU=1}
     */
    public static String of(String source, String compilerOptions) {
        SpecialisedSource specialised = new SpecialisedSource(compilerOptions);
        source.lines().forEach(specialised::line);
        return specialised.text.toString();
    }

    private void line(String line) {
        String start = line.strip();
        Matcher position = POSITION.matcher(start);
        Matcher condition = CONDITION.matcher(line);
        if (position.matches()) {
            begin(position.group(2));
        } else if (condition.matches()) {
            open(condition.group(1), condition.group(2), line);
        } else if (start.startsWith("#else")) {
            Branch branch = branches.pop();
            branches.push(branch == Branch.OPEN ? branch : branch == Branch.TAKEN ? Branch.LEFT_OUT : Branch.TAKEN);
            addDirective(branch, line);
        } else if (start.startsWith("#endif")) {
            addDirective(branches.pop(), line);
        } else if (isCompiled()) {
            Matcher define = DEFINE.matcher(line);
            if (define.matches()) {
                defined.put(define.group(1), "");
            }
            text.append(filledIn(line)).append('\n');
        }
    }

    private void begin(String next) {
        if (!next.equals(file)) {
            file = next;
            text.append(text.isEmpty() ? "" : "\n")
                    .append("// ---- ")
                    .append(file)
                    .append('\n');
        }
    }

    private void open(String kind, String expression, String line) {
        Branch branch = (kind.equals("if") ? value(expression) : Optional.of(defined.containsKey(expression)))
                .map(holds -> holds != kind.equals("ifndef") ? Branch.TAKEN : Branch.LEFT_OUT)
                .orElse(Branch.OPEN);
        addDirective(branch, line);
        branches.push(branch);
    }

    private void addDirective(Branch branch, String line) {
        if (branch == Branch.OPEN && isCompiled()) {
            text.append(line).append('\n');
        }
    }

    private boolean isCompiled() {
        return !branches.contains(Branch.LEFT_OUT);
    }

    /** Whether an expression holds; empty for one of another form than the kernels have: terms with {@code &&} between them. */
    private Optional<Boolean> value(String expression) {
        boolean all = true;
        for (String term : expression.split("&&")) {
            Optional<Boolean> one = termValue(term.strip());
            if (one.isEmpty()) {
                return one;
            }
            all &= one.get();
        }
        return Optional.of(all);
    }

    private Optional<Boolean> termValue(String term) {
        Matcher isDefined = DEFINED.matcher(term);
        if (isDefined.matches()) {
            return Optional.of(defined.containsKey(isDefined.group(1)));
        }
        Matcher comparison = COMPARISON.matcher(term);
        if (comparison.matches() && options.containsKey(comparison.group(1))) {
            return Optional.of(options.get(comparison.group(1)).equals(comparison.group(2)));
        }
        return options.containsKey(term) ? Optional.of(!options.get(term).equals("0")) : Optional.empty();
    }

    /** A line with the options' values, but for its comment. */
    private String filledIn(String line) {
        int comment = line.indexOf("//");
        String code = comment < 0 ? line : line.substring(0, comment);
        String filled = NAME.matcher(code)
                .replaceAll(name -> Matcher.quoteReplacement(options.getOrDefault(name.group(), name.group())));
        return comment < 0 ? filled : filled + line.substring(comment);
    }
}
