#include "draft/trial.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "contract/contract.h"
#include "draft/fields.h"
#include "draft/source_file.h"
#include "draft/words.h"

namespace tradewind::draft {

namespace {

constexpr std::size_t batch_rows = 8192;
constexpr std::int64_t file_rows_max = 1'000'000;
// After so many refused values it is known what is wrong; the rest need not be read for that.
constexpr std::size_t refusals_max = 1000;

struct Refusal {
    std::string type;
    std::string reason;
};

// One reading of all files by one contract.
class Reading {
public:
    Reading(Scratch& scratch, Table& table, int attempt)
        : scratch_(scratch), table_(table), attempt_(attempt) {}

    Result<void> run() {
        const yaml::Node document =
            TRY(yaml::parse(source_text(table_), "the draft of source " + table_.source));
        contract_ = TRY(contract::parse_contract(document));
        for (const std::string& file : table_.found.files) {
            TRY(read_file(file));
            if (enough()) return {};
        }
        return write_rows();
    }

    // What the contract has to learn; none: it fits.
    bool fits() const { return refusals_.empty() && aliases_.empty(); }
    bool mend() {
        bool mended = false;
        for (auto& [name, alias] : aliases_) {
            const auto field = std::ranges::find(table_.fields, name, &Field::name);
            if (field == table_.fields.end()) continue;
            field->aliases.push_back(alias);
            mended = true;
        }
        for (const auto& [field, refusal] : refusals_)
            mended = make_wider(table_, field, refusal.type, refusal.reason) || mended;
        return mended;
    }

private:
    bool enough() const { return refused_ >= refusals_max; }

    Result<void> read_file(const std::string& path) {
        auto reader = engine::open_file(path, scratch_.file_options());
        if (!reader.ok()) return reject_file(path, reader.error());
        const auto decoder = contract::make_decoder(contract_);
        if (!(*reader)->rows_are_json() && !bind(path, **reader, *decoder)) return {};
        RowBatch rows(contract_->columns());
        engine::RowChunk chunk;
        while (true) {
            const auto more = (*reader)->next(chunk);
            if (!more.ok()) return reject_file(path, more.error());
            if (!*more || enough()) break;
            if (scratch_.cancelled()) return Error(ErrorCode::Cancelled, "it was cancelled");
            for (const engine::FileRow& row : chunk.rows)
                take(**reader, *decoder, chunk, row, rows);
            if (rows.row_count() >= batch_rows) TRY(append(path, rows));
        }
        return append(path, rows);
    }

    // The crawl could read it, so it went or changed since; an import will tell of it too.
    Result<void> reject_file(const std::string& path, const Error& error) {
        if (error.code() == ErrorCode::Cancelled) return error;
        notes.push_back(os::base_name(path) + " could not be read: " + error.message());
        return {};
    }

    bool bind(
        const std::string& path, const engine::FileReader& reader, contract::Decoder& decoder
    ) {
        find_aliases(reader.header());
        const auto rejection = decoder.bind_header(reader.header(), reader.doubles());
        if (!rejection) return true;
        if (rejection->field.empty()) {
            notes.push_back(os::base_name(path) + " cannot be imported: " + rejection->reason);
        } else {
            refuse(*rejection);
        }
        return false;
    }

    // Another spelling of a field's name in this file.
    void find_aliases(const std::vector<std::string>& header) {
        for (const std::string& written : header) {
            const std::string name(trim(written));
            for (const Field& field : table_.fields) {
                if (field.name != plain_name(name) || knows(field, name)) continue;
                const bool other = std::ranges::any_of(table_.fields, [&](const Field& one) {
                    return knows(one, name);
                });
                if (!other) aliases_.emplace(field.name, name);
            }
        }
    }

    static bool knows(const Field& field, std::string_view name) {
        return equal_ignore_case(field.name, name) ||
               std::ranges::any_of(field.aliases, [&](const std::string& alias) {
                   return equal_ignore_case(alias, name);
               });
    }

    void take(
        const engine::FileReader& reader,
        contract::Decoder& decoder,
        const engine::RowChunk& chunk,
        const engine::FileRow& row,
        RowBatch& rows
    ) {
        if (!row.problem.empty()) return malformed(row, row.problem);
        if (refuse_bytes(reader, chunk, row)) return;
        const auto rejection = decode(reader, decoder, chunk, row, rows);
        if (!rejection) return rows.commit_row({PartitionId{0}, row.row, scratch_.clock().now()});
        if (rejection->field.empty()) return malformed(row, rejection->reason);
        refuse(*rejection);
    }

    // A column of bytes that are no text is no field: an import would refuse each such row.
    bool refuse_bytes(
        const engine::FileReader& reader, const engine::RowChunk& chunk, const engine::FileRow& row
    ) {
        bool refused = false;
        auto place = std::ranges::lower_bound(chunk.no_text, row.first_cell);
        for (; place != chunk.no_text.end() && *place < row.first_cell + row.cell_count; ++place) {
            const std::string& header = reader.header()[*place - row.first_cell];
            for (const Field& field : table_.fields) {
                if (!knows(field, trim(header))) continue;
                refuse({"not_text", field.name, "bytes that are no UTF-8 text"});
                refused = true;
            }
        }
        return refused;
    }

    std::optional<contract::Rejection> decode(
        const engine::FileReader& reader,
        contract::Decoder& decoder,
        const engine::RowChunk& chunk,
        const engine::FileRow& row,
        RowBatch& rows
    ) {
        if (reader.rows_are_json()) {
            padded_.assign(row.original);
            padded_.append(contract::record_padding, '\0');
            return decoder.decode_json(
                std::string_view(padded_).substr(0, row.original.size()), rows
            );
        }
        const auto first = chunk.cells.begin() + static_cast<std::ptrdiff_t>(row.first_cell);
        cells_.assign(first, first + static_cast<std::ptrdiff_t>(row.cell_count));
        return decoder.decode_cells(cells_, rows);
    }

    void malformed(const engine::FileRow& row, const std::string& reason) {
        if (rejected_count++ == 0)
            rejected_why = "line " + std::to_string(row.line) + ": " + reason;
    }

    void refuse(const contract::Rejection& rejection) {
        ++refused_;
        refusals_.emplace(rejection.field, Refusal{rejection.type, rejection.reason});
    }

    Result<void> append(const std::string& path, RowBatch& rows) {
        if (rows.row_count() == 0) return {};
        const std::string& folder = scratch_.request().folder;
        rows.source_name = path.starts_with(folder + "/") ? path.substr(folder.size() + 1) : path;
        if (!writer_) writer_ = TRY(scratch_.engine().create_row_file_writer(contract_->columns()));
        row_count += static_cast<std::int64_t>(rows.row_count());
        TRY(writer_->append(rows));
        rows.clear();
        return writer_->row_count() < file_rows_max ? Result<void>() : write_rows();
    }

    Result<void> write_rows() {
        if (!writer_ || writer_->row_count() == 0) return {};
        const std::string path = scratch_.path(
            "rows/" + table_.source + "-" + std::to_string(attempt_) + "-" +
            std::to_string(row_files.size()) + ".parquet"
        );
        TRY(writer_->write(path));
        row_files.push_back(path);
        return {};
    }

    Scratch& scratch_;
    Table& table_;
    const int attempt_;
    std::shared_ptr<const contract::Contract> contract_;
    std::unique_ptr<engine::RowFileWriter> writer_;
    std::map<std::string, Refusal> refusals_;     // the first one of each field
    std::map<std::string, std::string> aliases_;  // by field
    std::size_t refused_ = 0;
    std::vector<std::optional<std::string_view>> cells_;
    std::string padded_;

public:
    std::int64_t row_count = 0;
    std::int64_t rejected_count = 0;
    std::string rejected_why;
    std::vector<std::string> row_files;
    std::vector<std::string> notes;
};

Result<void> forget(os::Filesystem& files, const std::vector<std::string>& paths) {
    for (const std::string& path : paths) TRY(files.remove(path));
    return {};
}

}  // namespace

Result<void> try_contract(Scratch& scratch, Table& table) {
    TRY(forget(scratch.files(), table.row_files));
    table.row_files.clear();
    // Each reading makes one field wider at least, and each field can become wider twice.
    for (int attempt = 0; !table.fields.empty(); ++attempt) {
        Reading reading(scratch, table, attempt);
        TRY(reading.run());
        const bool again = !reading.fits() && reading.mend();
        if (again) {
            TRY(forget(scratch.files(), reading.row_files));
            continue;
        }
        table.row_count = reading.row_count;
        table.rejected_count = reading.rejected_count;
        table.rejected_why = reading.rejected_why;
        table.row_files = reading.row_files;
        table.notes = reading.notes;
        return {};
    }
    return {};
}

}  // namespace tradewind::draft
