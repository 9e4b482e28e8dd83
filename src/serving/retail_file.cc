#include "serving/retail_file.h"

#include <zlib.h>

#include <cstdlib>

#include "base/check.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "os/filesystem.h"
#include "serving/test_support.h"

namespace tradewind::serving {

namespace {

std::string read_gzip(const std::string& path) {
    gzFile file = gzopen(path.c_str(), "rb");
    CHECK(file != nullptr);
    std::string out;
    std::string chunk(1u << 20, '\0');
    for (int size = 0;
         (size = gzread(file, chunk.data(), static_cast<unsigned>(chunk.size()))) > 0;) {
        out.append(chunk.data(), static_cast<std::size_t>(size));
    }
    CHECK(gzclose(file) == Z_OK);
    return out;
}

// Takes one line's fields off the front. Quotes are doubled inside quotes.
void take_line(std::string_view& in, std::vector<std::string>& fields) {
    fields.assign(1, "");
    bool quoted = false;
    std::size_t at = 0;
    for (; at < in.size() && (quoted || in[at] != '\n'); ++at) {
        const char c = in[at];
        if (c == '"') {
            const bool doubled = quoted && at + 1 < in.size() && in[at + 1] == '"';
            if (doubled) fields.back().push_back(in[at++]);
            if (!doubled) quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else if (c != '\r' || quoted) {
            fields.back().push_back(c);
        }
    }
    in.remove_prefix(std::min(at + 1, in.size()));
}

void add_row(RowBatch& rows, const std::vector<std::string>& fields, std::int64_t sequence) {
    CHECK(fields.size() == 8);
    rows.column(0).add_text(fields[0]);
    rows.column(1).add_text(fields[1]);
    add_text(
        rows.column(2), fields[2].empty() ? std::nullopt : std::optional(latin1_to_utf8(fields[2]))
    );
    rows.column(3).add_integer(parse_integer(fields[3]).value());
    rows.column(4).add_integer(parse_with_format(fields[4], "%m/%d/%Y %H:%M").value().micros);
    rows.column(5).add_integer(parse_decimal(fields[5], 12, 4, ExcessDigits::Refuse).value());
    add_text(rows.column(6), fields[6].empty() ? std::nullopt : std::optional(fields[6]));
    rows.column(7).add_text(fields[7]);
    rows.commit_row({PartitionId(0), sequence, Timestamp{}});
}

}  // namespace

std::optional<std::string> test_data_folder() {
    const char* named = std::getenv("TRADEWIND_TEST_DATA");
    const std::string folder = named != nullptr ? named : TRADEWIND_ROOT "/../shared/data";
    if (os::make_posix_filesystem()->exists(folder + "/online_retail")) return folder;
    return std::nullopt;
}

std::vector<RowBatch> read_retail_file(
    const std::string& folder, std::size_t batch_rows, OriginId origin
) {
    const std::string text = read_gzip(folder + "/online_retail/data.iso8859-1.csv.gz");
    std::string_view in = text;
    std::vector<std::string> fields;
    take_line(in, fields);  // the header
    std::vector<RowBatch> batches;
    for (std::int64_t sequence = 1; !in.empty(); ++sequence) {
        if (batches.empty() || batches.back().row_count() == batch_rows) {
            batches.emplace_back(retail_columns());
            batches.back().origin = origin;
        }
        take_line(in, fields);
        add_row(batches.back(), fields, sequence);
    }
    return batches;
}

}  // namespace tradewind::serving
