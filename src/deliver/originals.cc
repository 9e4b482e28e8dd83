#include "deliver/originals.h"

#include <utility>

#include "deliver/lake_file.h"

namespace tradewind::deliver {

namespace {

// What was read is still in a processor's cache when it is written.
constexpr std::size_t copy_bytes = 256u << 10;
// With number and all within what a file system takes.
constexpr std::size_t plain_name_bytes_max = 200;

Result<lake::DataFile> copy_in(
    const DeliveryParts& parts, const std::string& from, const std::string& to
) {
    const auto source = TRY(parts.files->open(from, os::OpenMode::Read));
    const auto target =
        TRY(with_free_name(to, [&](const std::string& name) { return parts.lake->create(name); }));
    std::uint64_t offset = 0;
    for (;;) {
        const std::string piece = TRY(source->read_at(offset, copy_bytes));
        if (piece.empty()) return target->finish();
        TRY(target->append(piece));
        offset += piece.size();
    }
}

// The import's number in front: the same name may be delivered twice on a day, corrected.
std::string name_in_lake(const LoadTicket& ticket) {
    const std::string name = os::base_name(ticket.identity);
    const std::string number = std::to_string(ticket.origin.value) + "-";
    const bool plain = name.size() <= plain_name_bytes_max && lake::valid_path(number + name);
    return number + (plain ? name : lake::hive_value(name));
}

}  // namespace

Result<std::string> keep_original(
    const DeliveryParts& parts, const LoadTicket& ticket, const std::string& path
) {
    const std::string dataset = "raw/" + parts.contract->name() + "/batch";
    for (const lake::DataFile& file : TRY(parts.lake->current(dataset)).files) {
        if (file.origin == ticket.origin) return file.path;
    }
    const std::string to =
        dataset + "/" + day_folder(ticket.received_at) + "/" + name_in_lake(ticket);
    lake::Commit commit;
    commit.add.push_back(TRY(copy_in(parts, path, to)));
    lake::DataFile& file = commit.add.back();
    file.origin = ticket.origin;
    file.extra = json::Value::object();
    file.extra.set("identity", ticket.identity);
    file.extra.set("content_hash", ticket.content_hash);
    commit.run = "import " + std::to_string(ticket.origin.value);
    auto version = parts.lake->commit(dataset, commit, std::nullopt);
    if (version.ok()) return file.path;
    static_cast<void>(parts.lake->discard(file.path).ok());
    return std::move(version).error();
}

}  // namespace tradewind::deliver
