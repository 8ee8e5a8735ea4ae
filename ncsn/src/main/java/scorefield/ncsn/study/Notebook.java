package scorefield.ncsn.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.ncsn.figure.Figure;

/** What a study wrote down: numbers, tables, figures, verdicts, each in the order of writing. */
public final class Notebook {

    /**
     * A table of numbers.
     *
     * @param title what it shows
     * @param columns the heads; the first column names the rows
     * @param rows each with its name
     */
    public record Table(String title, List<String> columns, Map<String, List<Double>> rows) {

        public Table {
            columns = List.copyOf(columns);
            rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
            for (Map.Entry<String, List<Double>> row : rows.entrySet()) {
                if (row.getValue().size() != columns.size() - 1) {
                    throw new IllegalArgumentException("row " + row.getKey() + " has "
                            + row.getValue().size() + " numbers for the columns " + columns);
                }
            }
        }
    }

    private final Map<String, Double> numbers = new LinkedHashMap<>();
    private final List<Table> tables = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();

    /** Notes a number, under a name that says what it is and in which unit. */
    public void number(String name, double value) {
        if (numbers.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("there already is a number '" + name + "'");
        }
    }

    public void table(Table table) {
        tables.add(table);
    }

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

    public Map<String, Double> numbers() {
        return Collections.unmodifiableMap(numbers);
    }

    public List<Table> tables() {
        return Collections.unmodifiableList(tables);
    }

    public List<Figure> figures() {
        return Collections.unmodifiableList(figures);
    }

    public List<Verdict> verdicts() {
        return Collections.unmodifiableList(verdicts);
    }

    /** Whether every claim held, and there was one. */
    public boolean held() {
        return !verdicts.isEmpty() && verdicts.stream().allMatch(Verdict::held);
    }
}
