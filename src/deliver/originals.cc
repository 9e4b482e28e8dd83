#include "deliver/originals.h"

#include "deliver/lake_file.h"

namespace tradewind::deliver {

namespace {

constexpr std::size_t copy_bytes = 4u << 20;

Result<lake::DataFile> copy_in(
    const DeliveryParts& parts, const std::string& from, const std::string& to
) {
    const auto source = TRY(parts.files->open(from, os::OpenMode::Read));
    const auto target = TRY(parts.lake->create(to));
    std::uint64_t offset = 0;
    for (;;) {
        const std::string piece = TRY(source->read_at(offset, copy_bytes));
        if (piece.empty()) return target->finish();
        TRY(target->append(piece));
        offset += piece.size();
    }
}

}  // namespace

Result<std::string> keep_original(
    const DeliveryParts& parts, const LoadTicket& ticket, const std::string& path
) {
    const std::string dataset = "raw/" + parts.contract->name() + "/batch";
    for (const lake::DataFile& file : TRY(parts.lake->current(dataset)).files) {
        if (file.origin == ticket.origin) return file.path;
    }
    // The import's number in front: the same name may be delivered twice on a day, corrected.
    const std::string to = dataset + "/" + day_folder(ticket.received_at) + "/" +
                           std::to_string(ticket.origin.value) + "-" +
                           os::base_name(ticket.identity);
    static_cast<void>(parts.lake->discard(to).ok()
    );  // left by a try that did not get as far as the commit
    lake::Commit commit;
    commit.add.push_back(TRY(copy_in(parts, path, to)));
    commit.add.back().origin = ticket.origin;
    commit.add.back().extra = json::Value::object();
    commit.add.back().extra.set("identity", ticket.identity);
    commit.add.back().extra.set("content_hash", ticket.content_hash);
    commit.run = "import " + std::to_string(ticket.origin.value);
    TRY(parts.lake->commit(dataset, commit, std::nullopt));
    return to;
}

}  // namespace tradewind::deliver
