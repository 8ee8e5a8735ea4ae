package scorefield.ncsn.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.ncsn.figure.Figure;

/** The results of a study: numbers, tables, figures and verdicts, each in the order in which they were added. */
public final class Notebook {

    /**
     * A table of numbers.
     *
     * @param title the title
     * @param columns the column headings; the first column contains the row names
     * @param rows the rows by name
     */
    public record Table(String title, List<String> columns, Map<String, List<Double>> rows) {

        /** Copies the columns and the rows, and checks that every row has a number for each column but the first. */
        public Table {
            columns = List.copyOf(columns);
            rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
            for (Map.Entry<String, List<Double>> row : rows.entrySet()) {
                if (row.getValue().size() != columns.size() - 1) {
                    throw new IllegalArgumentException("every row needs one number for each of the columns " + columns
                            + "; row " + row.getKey() + " has " + row.getValue().size());
                }
            }
        }
    }

    private final Map<String, Double> numbers = new LinkedHashMap<>();
    private final List<Table> tables = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();

    /** Adds a number, with a name that describes it and its unit. */
    public void number(String name, double value) {
        if (numbers.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("the name of a number must be unique; there already is '" + name + "'");
        }
    }

    /** Adds a table; the page shows tables in the order in which they were added. */
    public void table(Table table) {
        tables.add(table);
    }

    /** Adds a plot; the page shows plots in the order in which they were added. */
    public void figure(Figure figure) {
        figures.add(figure);
    }

    /** Claims that a measured number is at most a limit. */
    public void atMost(String claim, double measured, double limit) {
        verdicts.add(new Verdict(claim, measured, Verdict.Relation.AT_MOST, limit));
    }

    /** Claims that a measured number is at least a limit. */
    public void atLeast(String claim, double measured, double limit) {
        verdicts.add(new Verdict(claim, measured, Verdict.Relation.AT_LEAST, limit));
    }

    /** The numbers by name, in the order in which they were added; a view that cannot be changed. */
    public Map<String, Double> numbers() {
        return Collections.unmodifiableMap(numbers);
    }

    /** The tables so far; a view that cannot be changed. */
    public List<Table> tables() {
        return Collections.unmodifiableList(tables);
    }

    /** The plots so far; a view that cannot be changed. */
    public List<Figure> figures() {
        return Collections.unmodifiableList(figures);
    }

    /** The claims so far with the numbers that were measured for them; a view that cannot be changed. */
    public List<Verdict> verdicts() {
        return Collections.unmodifiableList(verdicts);
    }

    /** Whether every claim held, and there was at least one. */
    public boolean held() {
        return !verdicts.isEmpty() && verdicts.stream().allMatch(Verdict::held);
    }
}
