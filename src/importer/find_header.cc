#include "importer/find_header.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "os/filesystem.h"

namespace tradewind::importer {

namespace {

// Before it in its folder, and so many are looked into.
constexpr std::size_t siblings_max = 100;

using Cells = std::vector<std::optional<std::string_view>>;

std::string ending_of(const std::string& name) {
    const std::size_t point = name.rfind('.');
    return point == std::string::npos ? "" : name.substr(point);
}

class Search {
public:
    explicit Search(const HeaderSearch& search)
        : search_(search), contract_(*search.contract), fits_(header_test(contract_)) {}

    Result<std::optional<FoundHeader>> run() {
        if (!TRY(read_first_row())) return std::optional<FoundHeader>();
        for (const std::string& path : siblings()) {
            const auto columns = header_of(path);
            if (columns && takes_first_row(*columns))
                return std::optional(FoundHeader{*columns, os::base_name(path)});
        }
        std::vector<std::string> fields = fields_of_contract();
        if (fields.empty() || !takes_first_row(fields)) return std::optional<FoundHeader>();
        return std::optional(FoundHeader{std::move(fields), "the contract"});
    }

private:
    // False: it is no CSV, or has no rows.
    Result<bool> read_first_row() {
        reader_ = TRY((*search_.open_file)(search_.path, search_.options));
        const engine::FileFormat& format = reader_->format();
        if (format.kind != engine::FileKind::Csv) return false;
        for (const std::string& cell : reader_->header()) first_row_.emplace_back(cell);
        if (format.header) return true;
        if (!TRY(reader_->next(chunk_)) || chunk_.rows.empty()) return false;
        const engine::FileRow& row = chunk_.rows.front();
        const auto begin = chunk_.cells.begin() + static_cast<std::ptrdiff_t>(row.first_cell);
        first_row_.assign(begin, begin + static_cast<std::ptrdiff_t>(row.cell_count));
        return row.problem.empty();
    }

    // The nearest first.
    std::vector<std::string> siblings() const {
        const std::string folder = os::parent_folder(search_.delivered_from);
        const std::string name = os::base_name(search_.delivered_from);
        std::vector<std::string> names;
        const auto entries = os::make_posix_filesystem()->list(folder);
        if (!entries.ok()) return names;
        for (const os::FileInfo& entry : *entries) {
            const bool like = ending_of(entry.name) == ending_of(name);
            if (!entry.folder && like && entry.name < name && !entry.name.starts_with('.'))
                names.push_back(entry.name);
        }
        std::ranges::sort(names, std::greater<>());
        names.resize(std::min(names.size(), siblings_max));
        for (std::string& one : names) one = os::join(folder, one);
        return names;
    }

    // Of a CSV file that fits; what cannot be read is none of our business here.
    std::optional<std::vector<std::string>> header_of(const std::string& path) const {
        const auto reader = (*search_.open_file)(path, search_.options);
        if (!reader.ok()) return std::nullopt;
        const engine::FileFormat& format = (*reader)->format();
        const std::vector<std::string>& header = (*reader)->header();
        const bool like = format.kind == engine::FileKind::Csv && format.header &&
                          header.size() == first_row_.size() && fits_(header);
        return like ? std::optional(header) : std::nullopt;
    }

    // Where all of them are texts, any file of so many columns would fit, with its header as a row.
    std::vector<std::string> fields_of_contract() const {
        std::vector<std::string> names;
        bool any_told_apart = false;
        for (const contract::FieldDescription& field : contract_.fields()) {
            names.push_back(field.column.name);
            any_told_apart = any_told_apart || field.column.type != ColumnType::Text;
        }
        return any_told_apart && names.size() == first_row_.size() ? names
                                                                   : std::vector<std::string>();
    }

    bool takes_first_row(const std::vector<std::string>& columns) const {
        const auto decoder =
            contract::make_decoder({std::shared_ptr<const contract::Contract>(), &contract_});
        if (decoder->bind_header(columns, std::vector<bool>(columns.size(), false))) return false;
        RowBatch rows(contract_.columns());
        return !decoder->decode_cells(first_row_, rows);
    }

    const HeaderSearch& search_;
    const contract::Contract& contract_;
    const std::function<bool(const std::vector<std::string>&)> fits_;
    std::unique_ptr<engine::FileReader> reader_;
    engine::RowChunk chunk_;
    Cells first_row_;
};

}  // namespace

Result<std::optional<FoundHeader>> find_header(const HeaderSearch& search) {
    return Search(search).run();
}

}  // namespace tradewind::importer
