// What goes in comes out: random files that disagree with each other, read back cell by cell.
#include <map>
#include <optional>
#include <random>

#include "base/sql_text.h"
#include "base/text.h"
#include "base/time.h"
#include "crawl/test_kit.h"

namespace tradewind::crawl {

namespace {

using catalog::Format;

struct Given {
    std::string text;
    std::string parquet_type = "VARCHAR";
    bool raw_json = false;   // stands in JSON without quotes
    bool null_word = false;  // CSV: null, or that word
};
using Row = std::map<std::string, Given>;  // by the table's name of the column; absent: null

// Values of a few kinds; each file's column has one or two of them.
const std::vector<std::vector<Given>>& kinds() {
    static const std::vector<std::vector<Given>> all = {
        {{"7", "INTEGER", true}, {"-12", "INTEGER", true}, {"0", "INTEGER", true}},
        {{"3000000000", "BIGINT", true}, {"9007199254740993", "BIGINT", true}},
        {{"18446744073709551615", "UBIGINT", true}, {"12", "UBIGINT", true}},
        {{"1.5", "DECIMAL(5,1)", true}, {"-0.5", "DECIMAL(5,1)", true}},
        {{"123456789.125", "DECIMAL(12,3)", true}, {"2.000", "DECIMAL(12,3)", true}},
        {{"0.1234567891", "DOUBLE", true}, {"1.5e-05", "DOUBLE", true}, {"2.5", "DOUBLE", true}},
        {{"0.5", "FLOAT", true}, {"-2.25", "FLOAT", true}},
        {{"true", "BOOLEAN", true}, {"false", "BOOLEAN", true}},
        {{"C536379"}, {"00123"}, {" x "}, {"a,\"b\"\nc;d"}, {"\xC3\xBC"}, {"TRUE"}, {"+49"}},
        {{"2024-02-29", "DATE"}, {"1999-12-31", "DATE"}},
        {{"2024-01-05 10:00:00", "TIMESTAMP"}, {"2024-01-05 10:00:00.123456", "TIMESTAMP"}},
        {{"2024-01-05 10:00:00.123456789", "TIMESTAMP_NS"}, {"2024-01-05 10:00:00", "TIMESTAMP_NS"}
        },
        {{"2024-01-05T10:00:00Z"}, {"2024-01-05T10:00:00.5Z"}},
        {{"2024-01-05T10:00:00+02:00", "TIMESTAMPTZ"}, {"2024-01-05T10:00:00-0530", "TIMESTAMPTZ"}},
        {{"2024-01-05T10:00Z"}, {"12/31/2009"}, {"1/15/2010 8:26"}, {"31.12.2009"}},
        {{"12/31/2009"}, {"1/15/2010"}},
        {{"NULL", "VARCHAR", false, true}, {"null", "VARCHAR", false, true}},
        {{"\\N", "VARCHAR", false, true}},
        {{"{\"c\":[1,2]}", "VARCHAR", true}, {"[]", "VARCHAR", true}},
    };
    return all;
}

const std::vector<std::pair<std::string, std::vector<std::string>>> columns_of_all = {
    {"w_x", {"w x", "w_x", "W X", "wX"}},
    {"price", {"price", "Price", "PRICE"}},
    {"at", {"at", "AT"}},
    {"note_2", {"note 2", "note_2", "Note-2"}},
};

// Digits without point and zeros at the ends, and where the point is; nothing: no number.
std::optional<std::pair<std::string, int>> exact_number(std::string text) {
    text = std::string(trim(text));
    const bool minus = text.starts_with('-');
    if (minus) text.erase(0, 1);
    const auto exponent_at = text.find_first_of("eE");
    int exponent = 0;
    if (exponent_at != std::string::npos) {
        const auto read =
            parse_integer(text.substr(exponent_at + (text[exponent_at + 1] == '+' ? 2 : 1)));
        if (!read) return std::nullopt;
        exponent = static_cast<int>(*read);
        text.resize(exponent_at);
    }
    const auto point = text.find('.');
    if (point != std::string::npos) {
        exponent -= static_cast<int>(text.size() - point - 1);
        text.erase(point, 1);
    }
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    while (text.size() > 1 && text.front() == '0') text.erase(0, 1);
    for (; text.size() > 1 && text.back() == '0'; ++exponent) text.pop_back();
    if (text == "0") return std::pair{text, 0};
    return std::pair{(minus ? "-" : "") + text, exponent};
}

std::optional<std::int64_t> instant(const std::string& text) {
    if (text.find('.') != std::string::npos && text.size() > text.find('.') + 9) return {};
    for (const char* form : {"%m/%d/%Y", "%m/%d/%Y %H:%M", "%d.%m.%Y"}) {
        const auto at = parse_with_format(text, form);
        if (at.ok()) return at->micros;
    }
    const auto at = parse_iso(text);
    if (at.ok()) return at->micros;
    return std::nullopt;
}

bool came_out(
    Format format,
    const std::string& type,
    const Given& given,
    const std::optional<std::string>& read
) {
    if (!read) return given.null_word && format == Format::Csv;
    if (*read == given.text) return true;
    // Text files' texts are what they are; what files say themselves may be written otherwise.
    if (type == "STRING" && format != Format::Parquet && !given.raw_json) return false;
    const auto number = exact_number(given.text);
    if (number && type != "BOOLEAN") return exact_number(*read) == number;
    if (type == "BOOLEAN") return to_lower_ascii(given.text) == *read;
    const auto at = instant(given.text);
    return at && instant(*read) == at;
}

class RoundTrip : public testing::CrawlTest {
protected:
    std::size_t pick(std::size_t count) { return engine_of_chance_() % count; }

    std::vector<Row> rows_of_file(std::size_t file) {
        std::map<std::string, std::vector<std::size_t>> mine;
        for (const auto& [name, spellings] : columns_of_all)
            mine[name] = {pick(kinds().size()), pick(kinds().size())};
        std::vector<Row> rows(1 + pick(5));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i]["id"] = {"r" + std::to_string(file) + "_" + std::to_string(i)};
            for (const auto& [name, of] : mine) {
                const auto& kind = kinds().at(of[pick(8) == 0 ? 1 : 0]);
                if (pick(6) > 0) rows[i][name] = kind[pick(kind.size())];
            }
        }
        return rows;
    }
    std::map<std::string, std::string> spellings() {
        std::map<std::string, std::string> by_name{{"id", "id"}};
        for (const auto& [name, all] : columns_of_all) by_name[name] = all[pick(all.size())];
        return by_name;
    }

    static std::string csv(
        const std::vector<Row>& rows, const std::map<std::string, std::string>& spelled, char comma
    ) {
        std::string text;
        for (const auto& [name, source] : spelled) text += source + comma;
        text.back() = '\n';
        for (const Row& row : rows) {
            for (const auto& [name, source] : spelled) {
                const auto cell = row.find(name);
                if (cell != row.end()) {
                    text += '"';
                    for (const char c : cell->second.text)
                        text += c == '"' ? "\"\"" : std::string(1, c);
                    text += '"';
                }
                text += comma;
            }
            text.back() = '\n';
        }
        return text;
    }
    static std::string ndjson(
        const std::vector<Row>& rows, const std::map<std::string, std::string>& spelled
    ) {
        std::string text;
        for (const Row& row : rows) {
            std::string record;
            for (const auto& [name, source] : spelled) {
                json::append_string(record, source);
                record += ':';
                const auto cell = row.find(name);
                if (cell == row.end()) {
                    record += "null";
                } else if (cell->second.raw_json) {
                    record += cell->second.text;
                } else {
                    json::append_string(record, cell->second.text);
                }
                record += ',';
            }
            record.back() = '}';
            text += "{" + record + "\n";
        }
        return text;
    }
    // A column of a Parquet file has one type: values of another kind are left out.
    void put_parquet(
        const std::string& name,
        std::vector<Row>& rows,
        const std::map<std::string, std::string>& spelled
    ) {
        std::map<std::string, std::string> types;
        std::string values;
        for (Row& row : rows) {
            values += values.empty() ? "SELECT " : " UNION ALL SELECT ";
            std::string cells;
            for (const auto& [column, source] : spelled) {
                auto cell = row.find(column);
                if (cell != row.end()) types.try_emplace(column, cell->second.parquet_type);
                if (cell != row.end() && types[column] != cell->second.parquet_type) {
                    row.erase(cell);
                    cell = row.end();
                }
                cells += cells.empty() ? "" : ", ";
                cells += cell == row.end() ? "NULL" : quote_literal(cell->second.text);
                cells += " AS " + quote_name(source);
            }
            values += cells;
        }
        std::string columns;
        for (const auto& [column, source] : spelled) {
            const std::string type = types[column].empty() ? "VARCHAR" : types[column];
            columns += (columns.empty() ? "" : ", ") + ("CAST(" + quote_name(source)) + " AS " +
                       type + ") AS " + quote_name(source);
        }
        std::filesystem::create_directories(std::filesystem::path(in(name)).parent_path());
        engine::WriteOptions to;
        to.path = in(name);
        MUST(MUST(engine_->open_work({}))->write("SELECT " + columns + " FROM (" + values + ")", to)
        );
    }

    std::vector<Row> put_table(const std::string& name, Format format) {
        std::vector<Row> all;
        for (std::size_t file = 0, count = 1 + pick(4); file < count; ++file) {
            std::vector<Row> rows = rows_of_file(file);
            const auto spelled = spellings();
            const std::string path = name + "/" + std::to_string(file);
            if (format == Format::Csv)
                put(path + ".csv", csv(rows, spelled, pick(2) > 0 ? ',' : ';'));
            if (format == Format::Ndjson) put(path + ".ndjson", ndjson(rows, spelled));
            if (format == Format::Parquet) put_parquet(path + ".parquet", rows, spelled);
            all.insert(all.end(), rows.begin(), rows.end());
        }
        return all;
    }

    void check(const std::string& name, Format format, const std::vector<Row>& rows) {
        const auto work = MUST(engine_->open_work({}));
        MUST(work->add_table(MUST(catalog_->files({"raw", name}))));
        const auto read = work->rows("SELECT * FROM raw." + name, 1000);
        ASSERT_TRUE(read.ok()) << name << ": " << read.error().describe();
        ASSERT_EQ(read->rows.size(), rows.size()) << name;
        std::map<std::string, const Row*> by_id;
        for (const Row& row : rows) by_id[row.at("id").text] = &row;
        std::size_t id_at = 0;
        while (read->columns.at(id_at).name != "id") ++id_at;
        for (const auto& cells : read->rows) {
            std::size_t met = 0;
            const Row& row = *by_id.at(cells[id_at].value_or(""));
            for (std::size_t i = 0; i < cells.size(); ++i) {
                const engine::ResultColumn& column = read->columns[i];
                const auto given = row.find(column.name);
                const std::string where = name + " " + column.name + " " + column.type + " ";
                if (given == row.end()) {
                    EXPECT_EQ(cells[i].value_or("null"), "null") << where;
                    continue;
                }
                ++met;
                EXPECT_TRUE(came_out(format, column.type, given->second, cells[i]))
                    << where << given->second.text << " came out as " << cells[i].value_or("null");
            }
            EXPECT_EQ(met, row.size()) << name << ": a column is missing";
        }
    }

    std::mt19937_64 engine_of_chance_{20261122};
};

TEST_F(RoundTrip, WhatGoesInComesOut) {
    // Proves over tables of a few random files, which differ in types, spellings, words for null
    // and separators, that each cell is there as it was written, or as the same number or instant.
    constexpr int tables_of_each = 60;
    std::map<std::string, std::pair<Format, std::vector<Row>>> tables;
    for (int i = 0; i < tables_of_each; ++i) {
        for (const Format format : {Format::Csv, Format::Ndjson, Format::Parquet}) {
            const std::string name = std::string(to_string(format)) + "_" + std::to_string(i);
            tables[name] = {format, put_table(name, format)};
        }
    }
    const CrawlReport report = crawl();
    EXPECT_TRUE(report.findings.empty());
    EXPECT_EQ(report.tables.size(), tables.size());
    for (const auto& told : report.tables) EXPECT_EQ(told.problem, "") << told.name.text();
    for (const auto& [name, table] : tables) check(name, table.first, table.second);
}

}  // namespace

}  // namespace tradewind::crawl
