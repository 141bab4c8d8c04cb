#include "csv.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/mapping/mapping.hpp>

#include "sample_message.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

// "name=text;" of every cell, a line each; null where a cell is empty.
std::string cells(std::string_view text, const CsvForm& form = {}) {
    const auto tree = read_csv(text, form);
    if (!tree) return tree.error().reason + ": " + tree.error().detail;
    std::string made;
    for (const Node* row = tree->first_child(tree->root()); row != nullptr; row = tree->next(*row)) {
        for (const Node* cell = tree->first_child(*row); cell != nullptr; cell = tree->next(*cell))
            made += cell->key + "=" + (cell->kind == NodeKind::null ? "null" : cell->text) + ";";
        made += "\n";
    }
    return made;
}

CsvForm german() {
    CsvForm form;
    form.delimiter = ';';
    form.decimal_comma = true;
    return form;
}

}  // namespace

// The rules and examples of RFC 4180, section 2.
TEST_CASE("lines are read as RFC 4180 has them", "[csv]") {
    CHECK(cells("a,b,c\r\naaa,bbb,ccc\r\nzzz,yyy,xxx\r\n") == "a=aaa;b=bbb;c=ccc;\na=zzz;b=yyy;c=xxx;\n");
    CHECK(cells("a,b,c\r\naaa,bbb,ccc") == "a=aaa;b=bbb;c=ccc;\n");
    CHECK(cells("a,b,c\n\"aaa\",\"b \r\nbb\",\"ccc\"\n") == "a=aaa;b=b \r\nbb;c=ccc;\n");
    CHECK(cells("a,b,c\n\"aaa\",\"b\"\"bb\",\"c,c\"") == "a=aaa;b=b\"bb;c=c,c;\n");
}

TEST_CASE("empty cells are null, quoted ones are empty texts", "[csv]") {
    CHECK(cells("a,b,c\n1,,\"\"\n") == "a=1;b=null;c=;\n");
    CHECK(cells("a,b\n,\n") == "a=null;b=null;\n");
}

TEST_CASE("columns may be named by the mapping, and a decimal comma be one", "[csv]") {
    CsvForm form = german();
    form.columns = {"t", "v", "note"};
    form.comment = "#";
    CHECK(cells("# from bed 7\r\n\r\n2026-11-23;-37,5;a,b\r\n", form) == "t=2026-11-23;v=-37.5;note=a,b;\n");
    CHECK(cells("1,2,3;,5;5,\n", form) == "t=1,2,3;v=,5;note=5,;\n");
    CHECK(cells("\xEF\xBB\xBFx;y\n1;2\n", german()) == "x=1;y=2;\n");
    CHECK(cells("x\ty\n1\t2\n", CsvForm{'\t', {}, false, {}}) == "x=1;y=2;\n");
}

TEST_CASE("what is no such text says in which line", "[csv]") {
    CHECK(cells("a,b\n1,2\n1\n") == "bad_csv: line 3: expected 2 values, got 1");
    CHECK(cells("a,b\n1,\"2\n") == "bad_csv: line 2: expected the quote that ends a value");
    CHECK(cells("a,b\n1,x\"2\n") == "bad_csv: line 2: expected a quote only where a value begins or ends");
    CHECK(cells("a,b\n1,\"2\"3\n") ==
          "bad_csv: line 2: expected a delimiter or the line's end behind a value");
    CHECK(cells("a,a\n1,2\n") == "bad_csv: line 1: expected a name for every column, each once");
    CHECK(cells("a,\n1,2\n") == "bad_csv: line 1: expected a name for every column, each once");
    CHECK(cells("") == "bad_csv: line 0: expected a first line with the names of the columns");
    CHECK(cells("a\n\xFF\n") == "bad_csv: line 0: expected UTF-8");
    CHECK(cells(std::string((1U << 20U) + 1, 'a')).starts_with("too_large"));
    std::string wide = "a0";
    for (int i = 1; i < 257; ++i)
        wide += ",a" + std::to_string(i);
    CHECK(cells(wide) == "bad_csv: line 1: expected at most 256 columns");
}

TEST_CASE("a mapping of format csv reads its lines", "[csv]") {
    const auto loaded = parse_mapping(
        "[mapping]\nname = \"lines\"\nformat = \"csv\"\n[csv]\ndelimiter = \";\"\ndecimal_comma = true\n"
        "[timestamp]\npath = \"@.Zeit\"\nformat = \"local\"\nzone = \"Europe/Berlin\"\n"
        "[[rule]]\neach = [\"$[*]\"]\n[[rule.value]]\nparameter = \"body_temperature\"\npath = "
        "\"@.Temp\"\nunit = \"Cel\"\n",
        "lines.toml");
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(loaded.problems.empty());
    const auto mapped = loaded.set.find("lines")->apply(
        sample::message(
            "Zeit;Temp\n2026-11-23T19:48:00;37,5\n2026-11-23T19:49:00;\n2026-11-23T19:50:00;38,0\n"),
        {"d1", true, "UTC"});
    REQUIRE(mapped);
    REQUIRE(mapped->reports.size() == 1);
    REQUIRE(mapped->reports[0].observations.size() == 2);
    CHECK(sample::quantity(mapped->reports[0].observations[0]) == "37.5 Cel");
    CHECK(mapped->reports[0].observations[1].effective.utc == parse_rfc3339("2026-11-23T18:50:00Z")->utc);
    CHECK(loaded.set.find("lines")
              ->apply(sample::message("Zeit;Temp\n1\n"), {"d1", true, "UTC"})
              .error()
              .reason == "bad_csv");
}

TEST_CASE("mistakes in the form have a place", "[csv]") {
    const auto problems = [](const std::string& csv) {
        const auto loaded =
            parse_mapping("[mapping]\nname = \"x\"\nformat = \"csv\"\n[csv]\n" + csv +
                              "\n[timestamp]\nformat = \"receipt\"\n[[rule]]\neach = [\"$[*]\"]\n"
                              "[[rule.value]]\nparameter = \"spo2\"\npath = \"@.a\"\nunit = \"%\"\n",
                          "x.toml");
        return loaded.problems.empty() ? std::string() : loaded.problems.front().to_string();
    };
    CHECK(problems("delimiter = \"\\t\"").empty());
    CHECK(problems("delimiter = \"ab\"").starts_with("x.toml:5:"));
    CHECK(problems("columns = [\"a\", \"a\"]").starts_with("x.toml:5:"));
    CHECK(problems("decimal_comma = true").starts_with("x.toml:5:"));
    CHECK(problems("surprise = true").starts_with("x.toml:5:"));
}
