// The real shop's 541,909 lines through the contract that ships: every one accepted, as cells and
// as JSON, with sums and null counts on which two other tools agreed (golden.json of the data).
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <cstdlib>
#include <functional>

#include "base/json.h"
#include "base/text.h"
#include "contract/test_support.h"
#include "package/package.h"

namespace tradewind::contract {
namespace {

using Cells = std::vector<std::optional<std::string_view>>;

std::shared_ptr<const Contract> shipped_contract() {
    for (const package::SourceFile& file : MUST(package::shipped_files("online_retail"))) {
        if (file.path == "sources/online_retail.yml") return contract_of(file.text);
    }
    return nullptr;
}

// The real file's bytes; nothing when it is not on this machine.
std::optional<std::string> real_file() {
    const char* named = std::getenv("TRADEWIND_TEST_DATA");
    const std::string folder = named != nullptr ? named : TRADEWIND_ROOT "/../shared/data";
    gzFile file = gzopen((folder + "/online_retail/data.iso8859-1.csv.gz").c_str(), "rb");
    if (file == nullptr) return std::nullopt;
    std::string bytes;
    std::string chunk(1u << 20, '\0');
    for (int size = 0; (size = gzread(file, chunk.data(), 1u << 20)) > 0;) {
        bytes.append(chunk, 0, static_cast<std::size_t>(size));
    }
    EXPECT_EQ(gzclose(file), Z_OK);
    return bytes;
}

// Calls f with every row's cells, the header first. Just enough CSV for this file: quotes around
// cells, doubled inside, and lines that end in CRLF.
void for_each_row(const std::string& csv, const std::function<void(std::vector<std::string>&)>& f) {
    std::vector<std::string> row(1);
    bool quoted = false;
    for (std::size_t i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        if (quoted && c == '"' && csv[i + 1] == '"') {
            row.back() += csv[i++];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            row.emplace_back();
        } else if (c == '\n' && !quoted) {
            f(row);
            row.assign(1, "");
        } else if (c != '\r') {
            row.back() += c;
        }
    }
}

struct Totals {
    std::int64_t rows = 0;
    std::int64_t quantity = 0;
    Int128 amount = 0;
    std::array<std::int64_t, 8> nulls{};
    std::int64_t pounds = 0;  // descriptions with a £

    void add(const RowBatch& batch) {
        for (std::size_t row = 0; row < batch.row_count(); ++row) {
            ++rows;
            quantity += batch.column(3).integer(row);
            amount += Int128{batch.column(3).integer(row)} * batch.column(5).integer(row);
            for (std::size_t i = 0; i < nulls.size(); ++i)
                nulls[i] += batch.column(i).null(row) ? 1 : 0;
            if (batch.column(2).text(row).find("£") != std::string_view::npos) ++pounds;
        }
    }
};

void expect_golden(const Totals& totals) {
    EXPECT_EQ(totals.rows, 541'909);
    EXPECT_EQ(totals.quantity, 5'176'450);
    EXPECT_EQ(format_decimal_short(totals.amount, 4), "9747747.934");
    EXPECT_EQ(totals.nulls, (std::array<std::int64_t, 8>{0, 0, 1454, 0, 0, 0, 135'080, 0}));
    EXPECT_EQ(totals.pounds, 32);
}

std::string to_json(const std::vector<std::string>& header, const std::vector<std::string>& row) {
    std::string record = "{";
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0) record += ",";
        json::append_string(record, header[i]);
        record += ":";
        const bool number =
            header[i] == "Quantity" || header[i] == "UnitPrice" || header[i] == "CustomerID";
        if (number) {
            record += row[i].empty() ? "null" : row[i];
        } else {
            json::append_string(record, row[i]);
        }
    }
    return record + "}";
}

class RealData : public testing::Test {
protected:
    void SetUp() override {
        const auto bytes = real_file();
        if (!bytes)
            GTEST_SKIP() << "the real data is not here: set TRADEWIND_TEST_DATA to its folder";
        csv_ = latin1_to_utf8(*bytes);
        contract_ = shipped_contract();
        ASSERT_NE(contract_, nullptr);
    }

    // Decodes every row by `decode` and gives the totals; `header` is filled before.
    Totals decode_all(
        const std::function<void(const std::vector<std::string>&)>& bind,
        const std::function<std::optional<Rejection>(const std::vector<std::string>&, RowBatch&)>&
            decode
    ) {
        Totals totals;
        RowBatch batch(contract_->columns());
        bool first = true;
        for_each_row(csv_, [&](const std::vector<std::string>& row) {
            if (first) {
                bind(row);
                first = false;
                return;
            }
            const auto rejection = decode(row, batch);
            ASSERT_FALSE(rejection) << rejection->reason;
            batch.commit_row({});
            if (batch.row_count() < 10'000) return;
            totals.add(batch);
            batch.clear();
        });
        totals.add(batch);
        return totals;
    }

    std::string csv_;
    std::shared_ptr<const Contract> contract_;
};

// As an import reads them.
TEST_F(RealData, DecodesAsCells) {
    const auto decoder = make_decoder(contract_);
    Cells cells;
    const auto bind = [&](const std::vector<std::string>& header) {
        ASSERT_FALSE(decoder->bind_header(header, {}));
    };
    expect_golden(decode_all(bind, [&](const std::vector<std::string>& row, RowBatch& batch) {
        cells.assign(row.begin(), row.end());
        return decoder->decode_cells(cells, batch);
    }));
}

// As the client sends them: numbers as JSON numbers, the rest as strings.
TEST_F(RealData, DecodesAsJson) {
    const auto decoder = make_decoder(contract_);
    std::vector<std::string> names;
    std::string record;
    const auto bind = [&](const std::vector<std::string>& header) { names = header; };
    expect_golden(decode_all(bind, [&](const std::vector<std::string>& row, RowBatch& batch) {
        record = to_json(names, row);
        const std::size_t size = record.size();
        record.resize(size + record_padding);
        return decoder->decode_json(std::string_view(record).substr(0, size), batch);
    }));
}

// The other shape of the same shop's data: daily files with ISO times and customers as 17850.0,
// and a sheet, whose numbers are doubles.
TEST(ShippedContract, ReadsTheOtherShapes) {
    const auto contract = shipped_contract();
    ASSERT_NE(contract, nullptr);
    const auto decoder = make_decoder(contract);
    const std::vector<std::string> header = {
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "Country",
    };
    RowBatch rows(contract->columns());
    ASSERT_FALSE(decoder->bind_header(header, {}));
    ASSERT_FALSE(decoder->decode_cells(
        {"536365",
         "85123A",
         "WHITE HANGING HEART T-LIGHT HOLDER",
         "6",
         "2010-12-01 08:26:00",
         "2.55",
         "17850.0",
         "United Kingdom"},
        rows
    ));
    rows.commit_row({});
    EXPECT_EQ(decoder->partition_key(), "536365");
    EXPECT_EQ(
        shown_row(rows, 0),
        "536365|85123A|WHITE HANGING HEART T-LIGHT HOLDER|6|2010-12-01 "
        "08:26:00|2.5500|17850|United Kingdom"
    );
    ASSERT_FALSE(decoder->bind_header(header, std::vector<bool>(8, true)));
    ASSERT_FALSE(decoder->decode_cells(
        {"536365.0",
         "71053",
         "",
         "-6.0",
         "40513.351388888892",
         "9.949999999999999",
         std::nullopt,
         "EIRE"},
        rows
    ));
    rows.commit_row({});
    EXPECT_EQ(shown_row(rows, 1), "536365|71053|null|-6|2010-12-01 08:26:00|9.9500|null|EIRE");
}

// Both shapes of names, in any case, are one field each.
TEST(ShippedContract, AcceptsBothShapesOfNames) {
    const auto contract = shipped_contract();
    ASSERT_NE(contract, nullptr);
    const std::string expected =
        "C536379|D|Discount|-1|2010-12-01 09:41:00|27.5000|14527|United Kingdom";
    EXPECT_EQ(
        decoded(
            contract,
            R"({"InvoiceNo":"C536379","StockCode":"D","Description":"Discount","Quantity":-1,"InvoiceDate":"12/1/2010 9:41","UnitPrice":27.5,"CustomerID":14527,"Country":"United Kingdom"})"
        ),
        expected
    );
    EXPECT_EQ(
        decoded(
            contract,
            R"({"invoice_no":"C536379","stock_code":"D","description":"Discount","quantity":"-1","invoice_date":"2010-12-01T09:41:00","unit_price":"27.50","customer_id":"14527.0","country":"United Kingdom"})"
        ),
        expected
    );
    EXPECT_EQ(
        decoded(
            contract,
            R"({"Invoice":"C536379","StockCode":"D","Description":"Discount","Quantity":-1,"InvoiceDate":40513.4034722222,"Price":27.5,"Customer ID":14527.0,"Country":"United Kingdom"})"
        ),
        expected
    );
}

}  // namespace
}  // namespace tradewind::contract
