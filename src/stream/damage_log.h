// Damaged bytes: saved in the quarantine folder before anything is cut, told once, remembered for
// info(). Nothing that cannot be read goes away in silence. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "os/filesystem.h"
#include "stream/log_point.h"

namespace tradewind::stream {

class DamageLog {
public:
    DamageLog(
        os::Filesystem& files,
        std::string quarantine_folder,
        std::string stream_name,
        Counter& damage_count
    );

    // Damage that stays where it is: copies the range into "<stream>-<place>-<offset>.bytes" and
    // tells of it, the first time that it is come across. `place` is a file's name without folder;
    // `what` says what the bytes were. When they cannot be saved that is told of, too.
    void quarantine(
        os::File& file, const std::string& place, ByteRange range, const std::string& what
    );
    // Bytes that are about to be cut off: always saved and told of. An error: they could not be
    // saved, so do not cut.
    Result<void> save_before_cut(
        os::File& file, const std::string& place, ByteRange range, const std::string& what
    );
    // Tells of something for which there are no bytes.
    void tell(const std::string& line);

    std::vector<std::string> lines() const;
    // Ever told of, also beyond what lines() keeps.
    std::size_t count() const;

private:
    Result<std::string> save(os::File& file, const std::string& place, ByteRange range);
    Result<bool> same_bytes(os::File& file, ByteRange range, const std::string& path);

    os::Filesystem& files_;
    const std::string folder_;
    const std::string stream_name_;
    Counter& damage_count_;
    mutable std::mutex mutex_;
    std::set<std::pair<std::string, std::uint64_t>> seen_;  // place and offset
    std::vector<std::string> lines_;
    std::size_t count_ = 0;
};

}  // namespace tradewind::stream
