// The same recipe as a script that runs beside a Spark of one's own.
#include "base/text.h"
#include "recipe/recipe.h"
#include "recipe/sql_text.h"

namespace tradewind::recipe {

namespace {

// Python text between three quotes: what would end it, and backslashes, are escaped.
std::string python_block(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            out += "\\\\";
        } else if (text.substr(i, 3) == "\"\"\"") {
            out += "\\\"\\\"\\\"";
            i += 2;
        } else {
            out += text[i];
        }
    }
    return "\"\"\"\n" + out + "\n\"\"\"";
}

std::string python_text(std::string_view text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) out += c >= 0 && c < 0x20 ? ' ' : c;
    return std::string(trim(out));
}

constexpr const char* session = R"(import argparse

from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.appName(%NAME%)
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
    .config("spark.sql.ansi.enabled", "true")
    .config("spark.sql.variable.substitute", "false")
    .getOrCreate()
)

# Tables that the recipe reads. Give files with --input TABLE=PATH (Parquet, CSV or JSON by name);
# otherwise Spark's own table of that name is taken.
TABLES = %TABLES%


def read(path):
    if path.endswith((".csv", ".csv.gz")):
        return spark.read.csv(path, header=True, inferSchema=True, escape='"')
    if path.endswith((".json", ".ndjson")):
        return spark.read.json(path)
    return spark.read.parquet(path)


arguments = argparse.ArgumentParser()
arguments.add_argument("--input", action="append", default=[], metavar="TABLE=PATH")
arguments.add_argument("--output", help="a folder for Parquet; without it rows are shown")
arguments = arguments.parse_args()
paths = dict(text.split("=", 1) for text in arguments.input)
for table, view in TABLES.items():
    frame = read(paths[table]) if table in paths else spark.table(table)
    frame.createOrReplaceTempView(view)
)";

std::string replaced(std::string text, const std::string& mark, const std::string& with) {
    const std::size_t at = text.find(mark);
    return at == std::string::npos ? text : text.replace(at, mark.size(), with);
}

std::string tables_text(const Compiled& compiled) {
    std::string out = "{\n";
    for (const catalog::TableName& table : compiled.tables)
        out += "    " + python_text(table.text()) + ": " +
               python_text(table.schema + "__" + table.table) + ",\n";
    return out + "}";
}

}  // namespace

std::string to_pyspark(const Recipe& recipe, const Compiled& compiled) {
    std::string out = "# Recipe " + recipe.name + " as a PySpark script (Spark 4).\n";
    if (!recipe.description.empty()) out += "# " + one_line(recipe.description) + "\n";
    out += replaced(
        replaced(session, "%NAME%", python_text(recipe.name)), "%TABLES%", tables_text(compiled)
    );
    std::string last = recipe.input.schema + "__" + recipe.input.table;
    for (const CompiledStep& step : compiled.steps) {
        out += "\n";
        if (!one_line(step.note).empty()) out += "# " + one_line(step.note) + "\n";
        out += step.name + " = spark.sql(" + python_block(step.sql_spark) + ")\n";
        out += step.name + ".createOrReplaceTempView(" + python_text(step.name) + ")\n";
        last = step.name;
    }
    std::string sql = "SELECT * FROM " + quote_name(last);
    if (!compiled.order_by.empty()) sql += "\nORDER BY " + compiled.order_by;
    out += "\nresult = spark.sql(" + python_block(with_spark_quotes(sql)) + ")\n";
    out += "if arguments.output:\n    result.write.mode(\"overwrite\").parquet(arguments.output)\n";
    return out + "else:\n    result.show(20, truncate=False)\n";
}

}  // namespace tradewind::recipe
