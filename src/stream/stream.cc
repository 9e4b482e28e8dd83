#include "stream/stream.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "stream/segmented_stream.h"

namespace tradewind::stream {

Result<AppendAnswer> Stream::append_and_wait(const AppendRequest& request) {
    std::mutex mutex;
    std::condition_variable answered;
    std::optional<Result<AppendAnswer>> answer;
    append(request, [&](Result<AppendAnswer> result) {
        // Notified under the lock: once it is free the waiting one may leave and take all this
        // away.
        std::lock_guard lock(mutex);
        answer.emplace(std::move(result));
        answered.notify_one();
    });
    std::unique_lock lock(mutex);
    answered.wait(lock, [&] { return answer.has_value(); });
    return std::move(*answer);
}

Result<void> Stream::raise_to(Position) {
    return Error(ErrorCode::InvalidArgument, "this stream's end is not raised from outside");
}

Result<std::unique_ptr<Stream>> open_stream(
    StreamOptions options,
    const std::string& quarantine_folder,
    os::Filesystem& files,
    os::Clock& clock,
    MetricsRegistry& metrics
) {
    return SegmentedStream::open(std::move(options), quarantine_folder, files, clock, metrics);
}

}  // namespace tradewind::stream
