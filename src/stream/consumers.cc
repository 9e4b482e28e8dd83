#include "stream/consumers.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "stream/checked_text.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

constexpr std::string_view title = "tradewind stream consumers 1";
bool acceptable_name(const std::string& name) {
    if (name.empty() || name.size() > consumer_name_bytes_max) return false;
    for (const char c : name) {
        // A line of its own in the file: nothing that could end it.
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    }
    return true;
}

// "durable 12 3 4 5": position and offsets.
bool parse_durable(const std::string& line, LogPoint& durable) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() != durable.offsets.size() + 2 || words[0] != "durable") return false;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto number = parse_integer(words[i]);
        if (!number || *number < 0) return false;
        if (i == 1) {
            durable.position = Position(*number);
        } else {
            durable.offsets[i - 2] = Offset(*number);
        }
    }
    return true;
}

// "consumer 12 name with spaces"
bool parse_consumer(const std::string& line, std::map<std::string, Position>& consumers) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() < 3 || words[0] != "consumer") return false;
    const auto position = parse_integer(words[1]);
    if (!position || *position < 0) return false;
    const std::string name = line.substr(words[0].size() + words[1].size() + 2);
    consumers[name] = Position(*position);
    return true;
}

}  // namespace

std::string encode_consumer_file(const ConsumerFile& file, std::uint64_t stream_id) {
    std::string text = std::string(title) + "\nstream " + hex64(stream_id) + "\ndurable " +
                       std::to_string(file.durable.position.value);
    for (const Offset offset : file.durable.offsets) text += " " + std::to_string(offset.value);
    text += "\n";
    for (const auto& [name, position] : file.consumers) {
        text += "consumer " + std::to_string(position.value) + " " + name + "\n";
    }
    return with_checksum(std::move(text));
}

std::optional<ConsumerFile> decode_consumer_file(
    std::string_view text, std::uint64_t stream_id, int partition_count
) {
    const auto lines = checked_lines(text);
    if (!lines || lines->size() < 3) return std::nullopt;
    if ((*lines)[0] != title || (*lines)[1] != "stream " + hex64(stream_id)) return std::nullopt;
    ConsumerFile file;
    file.durable = LogPoint::start(partition_count);
    if (!parse_durable((*lines)[2], file.durable)) return std::nullopt;
    for (std::size_t i = 3; i < lines->size(); ++i) {
        if (!parse_consumer((*lines)[i], file.consumers)) return std::nullopt;
    }
    return file;
}

Consumers::Consumers(
    os::Filesystem& files, std::string path, std::uint64_t stream_id, ConsumerFile start
)
    : files_(files), path_(std::move(path)), stream_id_(stream_id), file_(std::move(start)) {}

Result<void> Consumers::commit(
    const std::string& name, Position position, const LogPoint& durable, std::int64_t now_us
) {
    if (!acceptable_name(name)) {
        return Error(ErrorCode::InvalidArgument, "not a consumer's name")
            .with_detail("A name has 1 to 255 bytes and no control characters.");
    }
    if (position > durable.position || position < Position(0)) {
        return Error(
                   ErrorCode::InvalidArgument, "consumer '" + name + "' commits what is not there"
        )
            .with_detail(
                "It commits position " + std::to_string(position.value) +
                ", the log's durable end is " + std::to_string(durable.position.value) + "."
            );
    }
    std::lock_guard writing(write_mutex_);
    bool is_new = false;
    bool due = false;
    {
        std::lock_guard lock(mutex_);
        is_new = !file_.consumers.contains(name);
        if (is_new && file_.consumers.size() >= consumers_max) {
            return Error(ErrorCode::ResourceExhausted, "the stream has too many consumers")
                .with_detail("It has " + std::to_string(consumers_max) + ".")
                .with_hint("Forget those that are no longer there.");
        }
        file_.consumers[name] = position;
        changed_ = true;
        due = is_new || now_us - written_at_us_ >= consumer_persist_every_us;
        if (due) written_at_us_ = now_us;
    }
    if (!due) return {};
    auto written = write(durable);
    if (!written.ok() && is_new) {
        // The caller is told that the consumer does not exist.
        std::lock_guard lock(mutex_);
        file_.consumers.erase(name);
    }
    // A position that could not be written down is no failure: the next time will do.
    return is_new ? std::move(written) : Result<void>();
}

std::optional<Position> Consumers::committed(const std::string& name) const {
    std::lock_guard lock(mutex_);
    const auto found = file_.consumers.find(name);
    if (found == file_.consumers.end()) return std::nullopt;
    return found->second;
}

Result<void> Consumers::forget(const std::string& name, const LogPoint& durable) {
    std::lock_guard writing(write_mutex_);
    {
        std::lock_guard lock(mutex_);
        if (file_.consumers.erase(name) == 0) {
            return Error(ErrorCode::NotFound, "the stream has no consumer '" + name + "'");
        }
        changed_ = true;
    }
    return write(durable);
}

Result<void> Consumers::persist(const LogPoint& durable) {
    std::lock_guard writing(write_mutex_);
    {
        std::lock_guard lock(mutex_);
        if (!changed_ && file_.durable == durable) return {};
    }
    return write(durable);
}

Result<void> Consumers::write(const LogPoint& durable) {
    std::string text;
    {
        std::lock_guard lock(mutex_);
        file_.durable.raise_to(durable);
        text = encode_consumer_file(file_, stream_id_);
        changed_ = false;
    }
    auto written = os::write_file_atomic(files_, path_, text);
    if (!written.ok()) {
        std::lock_guard lock(mutex_);
        changed_ = true;
    }
    return written;
}

std::map<std::string, Position> Consumers::all() const {
    std::lock_guard lock(mutex_);
    return file_.consumers;
}

std::optional<Position> Consumers::slowest() const {
    std::lock_guard lock(mutex_);
    std::optional<Position> slowest;
    for (const auto& [name, position] : file_.consumers) {
        if (!slowest || position < *slowest) slowest = position;
    }
    return slowest;
}

}  // namespace tradewind::stream
