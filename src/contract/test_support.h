// What the tests of this room share.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"
#include "base/yaml.h"
#include "contract/contract.h"

namespace tradewind::contract {

// A text with exactly the padding that the door asks for, on the heap, so that a sanitizer sees
// every byte read beyond it. The padding is what would harm most: brackets and quotes.
class Padded {
public:
    explicit Padded(std::string_view text)
        : bytes_(new char[text.size() + record_padding]), size_(text.size()) {
        constexpr std::string_view hostile = "}\"]},:{[";
        if (size_ > 0) std::memcpy(bytes_.get(), text.data(), size_);
        for (std::size_t i = 0; i < record_padding; ++i) {
            bytes_[size_ + i] = hostile[i % hostile.size()];
        }
    }
    std::string_view view() const { return {bytes_.get(), size_}; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

inline Result<std::shared_ptr<const Contract>> try_contract(const std::string& text) {
    const auto document = yaml::parse(text, "source.yml");
    EXPECT_TRUE(document.ok()) << document.error().describe();
    return parse_contract(*document);
}

inline std::shared_ptr<const Contract> contract_of(const std::string& text) {
    auto contract = try_contract(text);
    EXPECT_TRUE(contract.ok()) << contract.error().describe();
    return contract.ok() ? *contract : nullptr;
}

// A contract with these fields (lines of YAML without indentation).
inline std::shared_ptr<const Contract> with_fields(
    const std::vector<std::string>& fields, const std::string& more = ""
) {
    std::string text = "source: things\nkind: stream\n" + more + "fields:\n";
    for (const std::string& field : fields) text += "  " + field + "\n";
    return contract_of(text);
}

// The value as text; "null".
inline std::string shown(const RowBatch& rows, std::size_t column, std::size_t row) {
    const Column& values = rows.column(column);
    const ColumnSpec& spec = rows.specs()[column];
    if (values.null(row)) return "null";
    switch (spec.type) {
        case ColumnType::Text:
            return std::string(values.text(row));
        case ColumnType::Double: {
            std::string text = std::to_string(values.real(row));
            return text;
        }
        case ColumnType::Decimal:
            return format_decimal(values.integer(row), spec.scale);
        case ColumnType::Date:
            return format_date(values.integer(row));
        case ColumnType::Timestamp:
            return format_sql(Timestamp{values.integer(row)});
        default:
            return std::to_string(values.integer(row));
    }
}

inline std::string shown_row(const RowBatch& rows, std::size_t row) {
    std::string text;
    for (std::size_t i = 0; i < rows.column_count(); ++i) {
        text += (i == 0 ? "" : "|") + shown(rows, i, row);
    }
    return text;
}

// One record through a fresh decoder: the row's values, or "type: reason".
inline std::string decoded(const std::shared_ptr<const Contract>& contract, std::string_view json) {
    const auto decoder = make_decoder(contract);
    RowBatch rows(contract->columns());
    const Padded record(json);
    if (const auto rejection = decoder->decode_json(record.view(), rows)) {
        for (std::size_t i = 0; i < rows.column_count(); ++i) EXPECT_EQ(rows.column(i).size(), 0u);
        return rejection->type + ": " + rejection->reason;
    }
    rows.commit_row({});
    return shown_row(rows, 0);
}

// One field `f` given that JSON value.
inline std::string decoded_value(const std::string& field, const std::string& value) {
    return decoded(with_fields({"f: {" + field + "}"}), "{\"f\":" + value + "}");
}

// One field `f` given that cell.
inline std::string decoded_cell(
    const std::string& field, const std::optional<std::string>& cell, bool binary = false
) {
    const auto contract = with_fields({"f: {" + field + "}"});
    const auto decoder = make_decoder(contract);
    EXPECT_FALSE(decoder->bind_header({"f"}, {binary}));
    RowBatch rows(contract->columns());
    std::vector<std::optional<std::string_view>> cells(1);
    if (cell) cells[0] = *cell;
    if (const auto rejection = decoder->decode_cells(cells, rows)) {
        EXPECT_EQ(rows.column(0).size(), 0u);
        return rejection->type + ": " + rejection->reason;
    }
    rows.commit_row({});
    return shown(rows, 0, 0);
}

}  // namespace tradewind::contract
