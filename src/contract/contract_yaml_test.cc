// Contracts as people write them: every slip is named with its place.
#include <gtest/gtest.h>

#include "contract/test_support.h"

namespace tradewind::contract {
namespace {

const char* const good = R"yaml(source: online_retail
kind: stream
description: lines of invoices
files: ["*.csv", "*.xlsx"]
partitions: 8
partition_by: invoice_no
event_time: invoice_date
key: [invoice_no, line]
unknown_fields: reject
record_bytes_max: 64KiB
fields:
  invoice_no: {type: text, required: true, aliases: [InvoiceNo, Invoice]}
  line: {type: integer, required: true}
  price: {type: "decimal(12,4)"}
  invoice_date: {type: timestamp, formats: ["%m/%d/%Y %H:%M", iso]}
)yaml";

std::string refusal(const std::string& text) {
    const auto contract = try_contract(text);
    if (contract.ok()) return "accepted";
    return contract.error().describe();
}

// `text` with one line replaced, or another line added at the end.
std::string good_but(const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

// What the door promises to tell of a contract.
TEST(Contract, TellsWhatItIs) {
    const auto contract = contract_of(good);
    EXPECT_EQ(contract->name(), "online_retail");
    EXPECT_TRUE(contract->has_stream());
    EXPECT_EQ(contract->partition_count(), 8);
    EXPECT_EQ(contract->description(), "lines of invoices");
    EXPECT_EQ(contract->event_time(), "invoice_date");
    EXPECT_EQ(contract->key(), (std::vector<std::string>{"invoice_no", "line"}));
    EXPECT_EQ(contract->file_patterns(), (std::vector<std::string>{"*.csv", "*.xlsx"}));
    EXPECT_FALSE(contract->has_transform());
    ASSERT_EQ(contract->columns().size(), 4u);
    EXPECT_EQ(to_sql(contract->columns()[2]), "DECIMAL(12,4)");
    EXPECT_EQ(contract->output_columns().size(), 4u);
    ASSERT_EQ(contract->fields().size(), 4u);
    EXPECT_TRUE(contract->fields()[0].required);
    EXPECT_EQ(contract->fields()[0].aliases, (std::vector<std::string>{"InvoiceNo", "Invoice"}));
    EXPECT_FALSE(contract->fields()[2].required);
}

// Left out: four partitions for a stream, none for files.
TEST(Contract, Defaults) {
    const auto stream = contract_of("source: a\nkind: stream\nfields: {x: {type: text}}\n");
    EXPECT_EQ(stream->partition_count(), 4);
    EXPECT_EQ(stream->event_time(), "");
    const auto files = contract_of("source: a\nkind: files\nfields: {x: {type: text}}\n");
    EXPECT_FALSE(files->has_stream());
    EXPECT_EQ(files->partition_count(), 0);
}

// Each slip is refused at its line and column, with the nearest name that exists.
TEST(Contract, RefusesSlips) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"kind: stream", "kinds: stream", "source.yml:2:1: unknown key 'kinds'"},
        {"kind: stream", "kind: strem", "source.yml:2:7: unknown kind 'strem'"},
        {"source: online_retail",
         "source: Online",
         "source.yml:1:9: not a name for a source: 'Online'"},
        {"partitions: 8", "partitions: 0", "source.yml:5:13: partitions is 1 to 1024"},
        {"partitions: 8", "partitions: many", "source.yml:5:13"},
        {"partition_by: invoice_no",
         "partition_by: invoice",
         "source.yml:6:15: there is no field 'invoice'"},
        {"event_time: invoice_date",
         "event_time: price",
         "source.yml:7:13: event_time is a timestamp or a date"},
        {"event_time: invoice_date", "event_time: invoice_dat", "Did you mean 'invoice_date'?"},
        {"key: [invoice_no, line]",
         "key: [invoice_no, invoice_no]",
         "source.yml:8:6: 'invoice_no' stands in the key twice"},
        {"key: [invoice_no, line]", "key: [price]", "'price' is part of the key, but not required"},
        {"unknown_fields: reject",
         "unknown_fields: drop",
         "source.yml:9:17: unknown_fields is ignore or reject"},
        {"record_bytes_max: 64KiB",
         "record_bytes_max: 2MiB",
         "source.yml:10:19: record_bytes_max is a size up to"},
        {"record_bytes_max: 64KiB", "record_bytes_max: lots", "source.yml:10:19"},
        {"  line: {type", "  Line: {type", "source.yml:13:3: not a name for a field: 'Line'"},
        {"  line: {type", "  _row: {type", "source.yml:13:3: not a name for a field: '_row'"},
        {"type: integer",
         "type: integr",
         "source.yml:13:16: field line: unknown type 'integr'. Did you mean 'integer'?"},
        {"type: integer",
         "typ: integer",
         "source.yml:13:10: field line: unknown key 'typ'. Did you mean 'type'?"},
        {"decimal(12,4)",
         "decimal(19,4)",
         "source.yml:14:17: field price: not a decimal type: 'decimal(19,4)'"},
        {"decimal(12,4)", "decimal(4,5)", "field price: not a decimal type"},
        {"decimal(12,4)", "decimal(12)", "field price: not a decimal type"},
        {"required: true, aliases",
         "requird: true, aliases",
         "source.yml:12:28: field invoice_no: unknown key 'requird'"},
        {"[InvoiceNo, Invoice]",
         "[InvoiceNo, Line]",
         "'line' is a name of two fields: invoice_no and line"},
        {"[InvoiceNo, Invoice]", "[\"\"]", "an alias has 1 to 128 bytes"},
        {"iso]", "is]", "field invoice_date: the time format 'is' gives no whole date"},
        {"%m/%d/%Y %H:%M", "%m/%d/%Q", "field invoice_date: unknown time format: '%m/%d/%Q'"},
        {"%m/%d/%Y %H:%M", "%H:%M", "the time format '%H:%M' gives no whole date"},
        {"type: integer,",
         "type: integer, max_length: 3,",
         "field line: max_length does not go with the type INTEGER"},
        {"type: integer,",
         "type: integer, integral: true,",
         "field line: integral does not go with the type INTEGER"},
        {"type: integer,",
         "type: integer, formats: [iso],",
         "field line: formats does not go with the type INTEGER"},
        {"type: integer,",
         "type: integer, min: low,",
         "source.yml:13:30: field line: 'low' is not an integer"},
        {"type: integer,",
         "type: integer, accepted_values: [1, x],",
         "field line: 'x' is not an integer"},
        {"type: text,",
         "type: text, min: 1,",
         "field invoice_no: min does not go with the type STRING"},
        {"type: text,",
         "type: text, pattern: \"(\",",
         "source.yml:12:37: field invoice_no: not a regular expression"},
        {"type: text,", "type: text, max_length: 0,", "field invoice_no: max_length is at least 1"},
        {"required: true, aliases",
         "required: maybe, aliases",
         "source.yml:12:38: field invoice_no: "},
    };
    for (const auto& [from, to, expected] : cases) {
        std::string text = good_but(from, to);
        EXPECT_NE(refusal(text).find(expected), std::string::npos) << to << "\n" << refusal(text);
    }
}

// Whole parts that are missing or of the wrong shape.
TEST(Contract, RefusesShapes) {
    const std::pair<const char*, const char*> cases[] = {
        {"[1]", "a source file holds names with values"},
        {"kind: stream\nfields: {a: {type: text}}", "source.yml:1:1"},
        {"source: a\nfields: {a: {type: text}}", "source.yml:1:1"},
        {"source: a\nkind: stream", "a contract has fields"},
        {"source: a\nkind: stream\nfields: {}", "a contract has fields"},
        {"source: a\nkind: stream\nfields: [a]", "a contract has fields"},
        {"source: a\nkind: stream\nfields: {a: text}",
         "source.yml:3:13: field a: field 'a' needs its type. Write a: {type: text}."},
        {"source: a\nkind: files\npartitions: 3\nfields: {a: {type: text}}",
         "source.yml:3:1: partitions is for kind stream only"},
        {"source: a\nkind: stream\nfields: {a: {type: text}}\ntransform: drop",
         "source.yml:4:12: transform: transform is a list of steps"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_NE(refusal(text).find(expected), std::string::npos) << text << "\n" << refusal(text);
    }
}

// More fields than any table has are a slip.
TEST(Contract, BoundsFields) {
    std::string text = "source: a\nkind: stream\nfields:\n";
    for (int i = 0; i < 1025; ++i) text += "  f" + std::to_string(i) + ": {type: text}\n";
    EXPECT_NE(refusal(text).find("more than 1024 fields"), std::string::npos);
}

// The fingerprint follows what is accepted and produced, and nothing else.
TEST(Contract, Fingerprint) {
    const std::string first = contract_of(good)->fingerprint();
    EXPECT_EQ(contract_of(good)->fingerprint(), first);
    EXPECT_EQ(contract_of(good_but("lines of invoices", "others"))->fingerprint(), first);
    EXPECT_EQ(contract_of(good_but("partitions: 8", "partitions: 9"))->fingerprint(), first);
    const std::pair<const char*, const char*> changes[] = {
        {"decimal(12,4)", "decimal(12,3)"},
        {"partition_by: invoice_no", "partition_by: line"},
        {"unknown_fields: reject", "unknown_fields: ignore"},
        {"[InvoiceNo, Invoice]", "[InvoiceNo]"},
        {"type: integer,", "type: integer, min: 0,"},
        {"type: integer,", "type: integer, max: 0,"},
        {"type: integer,", "type: integer, accepted_values: [0],"},
        {"type: text,", "type: text, pattern: x,"},
        {"type: text,", "type: text, max_length: 5,"},
        {"type: text,", "type: text, integral: true,"},
        {", iso]", "]"},
        {"64KiB", "32KiB"},
        {"\nfields:", "\nempty_is_null: false\nfields:"},
        {"\nfields:", "\ntransform: [{drop: price}]\nfields:"},
    };
    for (const auto& [from, to] : changes) {
        EXPECT_NE(contract_of(good_but(from, to))->fingerprint(), first) << to;
    }
    const auto with_filter = [](const std::string& keep) {
        const std::string step = "{filter: {name: f, keep: \"" + keep + "\"}}";
        return contract_of(std::string(good) + "transform: [" + step + "]\n")->fingerprint();
    };
    EXPECT_NE(with_filter("line > 1"), with_filter("line > 2"));
}

}  // namespace
}  // namespace tradewind::contract
