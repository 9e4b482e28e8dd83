// Seeded random input for what reads bytes from outside; a failure prints its round. The sanitizers
// watch for every byte read out of bounds.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/fuzz_kit.h"
#include "base/json.h"
#include "base/text.h"
#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

std::shared_ptr<const Contract> orders() {
    return with_fields({
        "no: {type: text, required: true, aliases: [InvoiceNo]}",
        "quantity: {type: integer, required: true}",
        "big: {type: bigint}",
        "price: {type: \"decimal(12,4)\"}",
        "weight: {type: double}",
        "at: {type: timestamp, formats: [\"%m/%d/%Y %H:%M\", iso, excel_serial]}",
        "day: {type: date}",
        "customer: {type: text, integral: true}",
        "flag: {type: boolean}",
        "lines: {type: json, items: {sku: {type: text, required: true}, pieces: {type: integer}, "
        "more: {type: json, items: {x: {type: date}}}}}",
        "note: {type: json}",
    });
}

const std::vector<std::string> good_records = {
    R"({"no":"536365","quantity":6,"price":2.55,"at":"12/1/2010 8:26","customer":17850})",
    R"({"InvoiceNo":536365,"quantity":"6","price":"2.5500","at":40513.35,"customer":"17850.0","flag":true})",
    R"({"no":"a\"b\\cé😀","quantity":-1e2,"weight":1e-7,"day":"2010-12-01","x":{"y":[1,null,{"z":""}]}})",
    R"( { "no" : "x" , "quantity" : 0 , "big" : -9223372036854775808 , "customer" : null } )",
    R"({"no":"x","quantity":1,"lines":[ {"sku":"a","pieces":1,"more":[{"x":"2025-07-01"}]}, {"sku":5,"z":[{}]} ]})",
    R"({"no":"x","quantity":1,"note":{"a":[1.50,"\\\"\u0041"]},"lines":"[{\"sku\": \"b\\\"c\"}]"})",
};

std::string mutate(FuzzRandom& random, std::string text) {
    static const std::vector<std::string> pieces = {
        "{", "}",   "[",       "]",  "\"", "\\", ",", ":",    "null",     "true", "1e999",
        "-", "\\u", "\\ud800", "\n", "0",  ".",  " ", "\x80", "\xe2\x82", "é",
    };
    for (std::uint64_t left = 1 + random.below(4); left > 0 && !text.empty(); --left) {
        const std::size_t at = random.below(text.size());
        switch (random.below(5)) {
            case 0:
                text[at] = static_cast<char>(random.next());
                break;
            case 1:
                text.erase(at, 1 + random.below(5));
                break;
            case 2:
                text.insert(at, pieces[random.below(pieces.size())]);
                break;
            case 3:
                text.resize(at);
                break;
            default:
                text.insert(at, text.substr(random.below(text.size()), 1 + random.below(20)));
                break;
        }
    }
    return text;
}

// What the decoder takes is JSON to another reader too, and what it calls no JSON is none.
TEST(Fuzz, DecodeJson) {
    const auto contract = orders();
    const auto decoder = make_decoder(contract);
    RowBatch rows(contract->columns());
    int accepted = 0;
    fuzz_rounds([&](FuzzRandom& random) {
        const std::string record = mutate(random, good_records[random.below(good_records.size())]);
        const Padded padded(record);
        const auto rejection = decoder->decode_json(padded.view(), rows);
        const bool is_json = json::parse(record).ok();
        if (!rejection) {
            rows.commit_row({});
            ++accepted;
            ASSERT_TRUE(is_json) << record;
        } else {
            ASSERT_TRUE(valid_utf8(rejection->reason));
            ASSERT_LT(rejection->reason.size(), 600u);
            const bool no_json =
                rejection->type == "invalid_json" || rejection->type == "invalid_utf8";
            if (no_json) {
                ASSERT_FALSE(is_json) << record << "\n" << rejection->reason;
            }
        }
        for (std::size_t i = 0; i < rows.column_count(); ++i) {
            ASSERT_EQ(rows.column(i).size(), rows.row_count());
        }
        if (rows.row_count() > 100) rows.clear();
    });
    EXPECT_GT(accepted, 0);
}

// What a cell of JSON is kept as is the same value to another reader, and what is called no JSON is
// none.
TEST(Fuzz, JsonCells) {
    const auto contract = with_fields(
        {"any: {type: json}",
         "lines: {type: json, items: {no: {type: text}, lines: {type: json}, x: {type: json, "
         "items: "
         "{y: {type: integer}}}}}"}
    );
    const auto decoder = make_decoder(contract);
    ASSERT_FALSE(decoder->bind_header({"any", "lines"}, {false, false}));
    RowBatch rows(contract->columns());
    int accepted = 0;
    fuzz_rounds([&](FuzzRandom& random) {
        std::string cell = good_records[random.below(good_records.size())];
        if (random.below(2) == 0) cell = "[" + cell + "]";
        cell = mutate(random, cell);
        const auto parsed = json::parse(trim(cell));
        const bool as_lines = random.below(2) == 0;
        std::vector<std::optional<std::string_view>> cells(2);
        cells[as_lines ? 1 : 0] = cell;
        const auto rejection = decoder->decode_cells(cells, rows);
        if (rejection) {
            ASSERT_TRUE(valid_utf8(rejection->reason));
            ASSERT_LT(rejection->reason.size(), 600u);
            if (rejection->reason.find("not valid JSON") != std::string::npos) {
                ASSERT_FALSE(parsed.ok()) << cell << "\n" << rejection->reason;
            }
            return;
        }
        rows.commit_row({});
        const Column& column = rows.column(as_lines ? 1 : 0);
        if (!column.null(0)) {
            ++accepted;
            ASSERT_TRUE(parsed.ok()) << cell;
            ASSERT_EQ(MUST(json::parse(column.text(0))).dump(), parsed->dump()) << cell;
        }
        rows.clear();
    });
    EXPECT_GT(accepted, 0);
}

// A body that is an array to another reader splits into its elements; one that does not split is
// none, or has a record that is.
TEST(Fuzz, SplitArrays) {
    int whole = 0;
    fuzz_rounds([&](FuzzRandom& random) {
        std::string body = "[";
        for (std::uint64_t left = 1 + random.below(4); left > 0; --left) {
            body += good_records[random.below(good_records.size())] + (left > 1 ? "," : "]");
        }
        if (random.below(4) != 0) body = mutate(random, body);
        const Padded padded(body);
        const auto records = split_records(padded.view(), BodyFormat::Json, 1000);
        const auto parsed = json::parse(body);
        const bool is_array = parsed.ok() && parsed->kind() == json::Kind::Array;
        if (!is_array) return;
        ++whole;
        ASSERT_TRUE(records.ok()) << body << "\n" << records.error().describe();
        ASSERT_EQ(records->size(), parsed->items().size()) << body;
        for (std::size_t i = 0; i < records->size(); ++i) {
            const auto element = json::parse((*records)[i]);
            ASSERT_TRUE(element.ok()) << (*records)[i];
            ASSERT_EQ(element->dump(), parsed->items()[i].dump());
        }
    });
    EXPECT_GT(whole, 0);
}

// Lines of any bytes: every byte that is no blank is in exactly one record, in order.
TEST(Fuzz, SplitLines) {
    fuzz_rounds([&](FuzzRandom& random) {
        std::string body;
        for (std::uint64_t left = random.below(6); left > 0; --left) {
            body += mutate(random, good_records[random.below(good_records.size())]);
            body += random.below(3) == 0 ? "\r\n" : "\n";
        }
        const Padded padded(body);
        const auto records = split_records(padded.view(), BodyFormat::Ndjson, 1000);
        if (!records.ok()) return;
        std::string joined;
        for (const std::string_view record : *records) joined += record;
        const auto without_blanks = [](std::string text) {
            std::erase_if(text, [](char c) {
                return c == ' ' || c == '\n' || c == '\r' || c == '\t';
            });
            if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
            return text;
        };
        ASSERT_EQ(without_blanks(joined), without_blanks(body));
    });
}

// Contracts of any text: refused with a place, or taken.
TEST(Fuzz, ParseContract) {
    const std::string good =
        "source: a\nkind: stream\nkey: [b]\nfields:\n  b: {type: text, required: true, pattern: "
        "\"^x\"}\n"
        "  c: {type: \"decimal(12,4)\", min: 0}\ntransform:\n  - set: {c: \"round(c * 1.5, 4)\"}\n"
        "  - filter: {name: f, keep: \"b like 'x%' and c in (1, 2)\"}\n";
    fuzz_rounds([&](FuzzRandom& random) {
        const auto document = yaml::parse(mutate(random, good), "source.yml");
        if (!document.ok()) return;
        const auto contract = parse_contract(*document);
        if (contract.ok()) return;
        ASSERT_TRUE(contract.error().where()) << contract.error().describe();
        ASSERT_EQ(contract.error().code(), ErrorCode::InvalidArgument);
    });
}

}  // namespace
}  // namespace tradewind::contract
