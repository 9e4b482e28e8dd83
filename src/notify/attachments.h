// Files that go with a mail wait in a folder of their notice, as they were when it was told: an
// export may be made anew before the mail server is back.
#pragma once

#include <string>
#include <vector>

#include "notify/mime.h"
#include "notify/notify.h"

namespace tradewind::notify {

struct KeptFile {
    std::string name;  // as the reader sees it
    std::string path;  // of the copy
};

// For one notice; any thread.
class Attachments {
public:
    Attachments(os::Filesystem& files, std::string folder, std::size_t bytes_max)
        : files_(files), folder_(std::move(folder)), room_(bytes_max) {}

    // A copy of the file, durable. ResourceExhausted: the mail would be too large.
    Result<KeptFile> keep(const std::string& path);
    void remove();

private:
    os::Filesystem& files_;
    std::string folder_;
    std::size_t room_;
    int count_ = 0;
};

Result<Attachment> read_kept(os::Filesystem& files, const KeptFile& file, std::size_t bytes_max);
// Removes the folders of notices of which nothing waits.
Result<void> sweep_attachments(
    os::Filesystem& files, const std::string& outbox, const std::vector<std::string>& waiting_uids
);

}  // namespace tradewind::notify
