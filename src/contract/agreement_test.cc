// The same rows as JSON and as cells.
#include <gtest/gtest.h>

#include <random>

#include "base/json.h"
#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

using Engine = std::mt19937_64;

std::string digits(Engine& engine, std::size_t size_max) {
    std::string text;
    for (std::uint64_t left = 1 + engine() % size_max; left > 0; --left) {
        text += static_cast<char>('0' + engine() % 10);
    }
    return text;
}

// A JSON number, often outside of what a field takes.
std::string random_number(Engine& engine) {
    std::string text = engine() % 3 == 0 ? "-" : "";
    text += std::to_string(engine() % 3 == 0 ? engine() : engine() % 100'000);
    if (engine() % 3 == 0) text += "." + digits(engine, 6);
    if (engine() % 4 == 0) text += ".0";
    if (engine() % 10 == 0) text += "e" + std::to_string(engine() % 6);
    return json::is_number(text) ? text : "7";
}

std::string random_text(Engine& engine) {
    static const std::vector<std::string> texts = {
        "",
        " ",
        "C536379",
        "85123A",
        "£5 \"NEW\"",
        "a\\b",
        "NaN",
        "true",
        "0",
        "1",
        "12/1/2010 8:26",
        "2010-12-01 08:26:00",
        "2010-12-01",
        "40513.35",
        "17850.0",
        " 6 ",
        "\t",
        "ünïcode 😀",
        "six",
        "1e2",
        "-0",
        "+5",
        "0.10",
        "99999999999999999999",
        "null",
    };
    return texts[engine() % texts.size()];
}

// Seeded: for random rows, most of them wrong somewhere, both ways accept the same rows with the
// same values and refuse the same rows for the same reason.
TEST(Agreement, JsonAndCells) {
    const auto contract = with_fields({
        "a: {type: text}",
        "b: {type: integer, min: -50000}",
        "c: {type: bigint}",
        "d: {type: \"decimal(12,4)\"}",
        "e: {type: double}",
        "f: {type: boolean}",
        "g: {type: date}",
        "h: {type: timestamp, formats: [\"%m/%d/%Y %H:%M\", iso, excel_serial]}",
        "i: {type: text, integral: true}",
    });
    const std::vector<std::string> header = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    const auto from_json = make_decoder(contract);
    const auto from_cells = make_decoder(contract);
    ASSERT_FALSE(from_cells->bind_header(header, {}));
    RowBatch json_rows(contract->columns());
    RowBatch cell_rows(contract->columns());
    Engine engine(20261121);
    int accepted = 0;
    for (int round = 0; round < 40'000; ++round) {
        std::vector<std::optional<std::string>> values(header.size());
        std::vector<std::optional<std::string_view>> cells(header.size());
        std::string record = "{";
        for (std::size_t i = 0; i < header.size(); ++i) {
            // A few values a row, so that many rows are right as a whole.
            if (engine() % 5 != 0) continue;
            values[i] = random_text(engine);
            cells[i] = *values[i];
            json::append_string(record += record.size() > 1 ? "," : "", header[i]);
            json::append_string(record += ":", *values[i]);
        }
        const Padded padded(record + "}");
        const auto a = from_json->decode_json(padded.view(), json_rows);
        const auto b = from_cells->decode_cells(cells, cell_rows);
        ASSERT_EQ(a.has_value(), b.has_value()) << round << ": " << record;
        if (a) {
            ASSERT_EQ(a->reason, b->reason) << round << ": " << record;
            continue;
        }
        ++accepted;
        json_rows.commit_row({});
        cell_rows.commit_row({});
        const std::size_t row = json_rows.row_count() - 1;
        ASSERT_EQ(shown_row(json_rows, row), shown_row(cell_rows, row)) << round << ": " << record;
    }
    EXPECT_GT(accepted, 5'000);
}

// Seeded: a number means the same without quotes as with them, and as the text of a cell.
TEST(Agreement, NumbersAndTheirTexts) {
    Engine engine(20261121);
    const char* const types[] = {
        "type: integer",
        "type: bigint",
        "type: \"decimal(12,4)\"",
        "type: double",
        "type: boolean",
        "type: timestamp, formats: [excel_serial, iso]",
    };
    for (const char* type : types) {
        const auto contract = with_fields({"f: {" + std::string(type) + "}"});
        for (int round = 0; round < 3'000; ++round) {
            const std::string number = random_number(engine);
            const auto quoted = decoded(contract, "{\"f\":\"" + number + "\"}");
            const auto plain = decoded(contract, "{\"f\":" + number + "}");
            const auto without_quotes = [](std::string text) {
                std::erase(text, '"');
                return text;
            };
            ASSERT_EQ(without_quotes(quoted), plain) << type << " " << number;
        }
    }
}

}  // namespace
}  // namespace tradewind::contract
