#include "notify/attachments.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind::notify {

Result<KeptFile> Attachments::keep(const std::string& path) {
    const os::FileInfo info = TRY(files_.info(path));
    if (info.folder) return Error(ErrorCode::InvalidArgument, path + " is a folder");
    if (info.size > room_) {
        return Error(
                   ErrorCode::ResourceExhausted,
                   os::base_name(path) + " has " +
                       format_bytes(static_cast<std::int64_t>(info.size)) + ", too many for a mail"
        )
            .with_detail("It lies in " + path + ".");
    }
    const std::string bytes = TRY(os::read_file(files_, path, room_));
    KeptFile kept{os::base_name(path), os::join(folder_, std::to_string(++count_))};
    TRY(files_.create_folders(folder_));
    TRY(os::write_file_atomic(files_, kept.path, bytes));
    room_ -= bytes.size();
    return kept;
}

void Attachments::remove() {
    if (count_ > 0) static_cast<void>(os::remove_tree(files_, folder_));
}

Result<Attachment> read_kept(os::Filesystem& files, const KeptFile& file, std::size_t bytes_max) {
    return Attachment {
        file.name, TRY(os::read_file(files, file.path, bytes_max))
    };
}

Result<void> sweep_attachments(
    os::Filesystem& files, const std::string& outbox, const std::vector<std::string>& waiting_uids
) {
    if (!files.exists(outbox)) return {};
    for (const os::FileInfo& entry : TRY(files.list(outbox))) {
        if (std::ranges::find(waiting_uids, entry.name) == waiting_uids.end())
            TRY(os::remove_tree(files, os::join(outbox, entry.name)));
    }
    return {};
}

}  // namespace tradewind::notify
