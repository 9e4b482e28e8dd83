#include "serving/page.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/text.h"

namespace tradewind::serving {

namespace {

std::uint32_t list_identity(const TableSpec& table, std::string_view partition) {
    std::string text = table.description.name;
    for (const OrderTerm& term : table.order) {
        text += "\n" + table.member(term.member).name + (term.descending ? " desc" : "");
    }
    text += "\n";
    text += partition;
    return crc32c(text);
}

}  // namespace

std::string sort_bytes(const TableSpec& table, const Row& row) {
    std::string out;
    for (const OrderTerm& term : table.order) {
        const std::size_t begin = out.size();
        append_sortable(out, member_value(row, table.member(term.member)));
        if (!term.descending) continue;
        // All but the first byte, which puts nulls last in either direction.
        for (std::size_t i = begin + 1; i < out.size(); ++i) out[i] = static_cast<char>(~out[i]);
    }
    return out;
}

std::string make_cursor(const TableSpec& table, std::string_view partition, std::string_view last) {
    std::string bytes;
    put_fixed(bytes, crc32c(last, list_identity(table, partition)));
    bytes += last;
    return base64url_encode(bytes);
}

Result<std::string> read_cursor(
    const TableSpec& table, std::string_view partition, std::string_view cursor
) {
    const Result<std::string> bytes = base64url_decode(cursor);
    if (bytes.ok()) {
        ByteReader in(*bytes);
        const auto sum = in.fixed<std::uint32_t>();
        const std::string_view last = in.bytes(in.remaining());
        const bool own = sum == crc32c(last, list_identity(table, partition));
        if (in.ok() && own) return std::string(last);
    }
    return Error(ErrorCode::InvalidArgument, "not a cursor of this list")
        .with_hint("Pass on next_cursor of the page before as it was, or none to begin.");
}

Result<void> check_list(const TableSpec& table, const ListRequest& request) {
    if (!table.has_sort_key()) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "serving table '" + table.description.name + "' has nothing to list"
        )
            .with_detail("It has one row for each " + table.description.partition_key + ".");
    }
    if (request.limit >= 1 && request.limit <= list_limit_max) return {};
    return Error(
        ErrorCode::InvalidArgument,
        "limit must be between 1 and " + std::to_string(list_limit_max) + ", not " +
            std::to_string(request.limit)
    );
}

bool PageCollector::wants(std::string_view sort) const {
    if (after_ && sort <= *after_) return false;
    // One more than the page holds, to know whether there are more.
    return entries_.size() <= limit_ || sort < entries_.top().sort;
}

void PageCollector::add(std::string sort, std::string json) {
    entries_.push({std::move(sort), std::move(json)});
    if (entries_.size() <= limit_ + 1) return;
    entries_.pop();
}

std::vector<std::string> PageCollector::take_rows(std::optional<std::string>& last) {
    const bool more = entries_.size() > limit_;
    if (more) entries_.pop();
    if (more) last = entries_.top().sort;
    std::vector<std::string> rows;
    for (; !entries_.empty(); entries_.pop()) rows.push_back(entries_.top().json);
    std::reverse(rows.begin(), rows.end());
    return rows;
}

}  // namespace tradewind::serving
