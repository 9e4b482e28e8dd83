#include "deliver/raw_sink.h"

#include <functional>
#include <utility>
#include <vector>

#include "base/time.h"

namespace tradewind::deliver {

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;

// A file being filled: one partition, one arrival hour, offsets without a gap.
struct OpenFile {
    std::unique_ptr<CompressedFile> file;
    std::int64_t hour = 0;
    Offset first;
    Offset last;
};

class RawSink : public Sink {
public:
    RawSink(RawSinkOptions options, lake::Lake& lake, os::Clock& clock)
        : options_(std::move(options)),
          dataset_("raw/" + options_.stream + "/stream"),
          lake_(lake),
          clock_(clock) {}

    const std::string& name() const override { return name_; }

    Result<Position> open() override {
        drop_unfinished();
        const lake::Version version = TRY(lake_.current(dataset_));
        const auto position = version.positions.find(name_);
        durable_ = position == version.positions.end() ? Position{0} : position->second;
        taken_ = durable_;
        return durable_;
    }

    Result<void> take(const Batch& batch) override {
        TRY(write(batch));
        taken_ = batch.next();
        return {};
    }

    Result<void> settle(bool force) override {
        if (taken_ == durable_) return {};
        const std::int64_t age_us = clock_.monotonic_us() - oldest_us_;
        if (!force && plain_bytes_ < options_.flush_bytes && age_us < options_.flush_age_us)
            return {};
        for (auto& [partition, open] : open_) TRY(close(partition, open));
        open_.clear();
        lake::Commit commit;
        commit.add = finished_;
        commit.positions[name_] = taken_;
        commit.run = "sink raw";
        TRY(lake_.commit(dataset_, commit, std::nullopt));
        durable_ = taken_;
        finished_.clear();
        plain_bytes_ = 0;
        return {};
    }

    Position durable() const override { return durable_; }

private:
    Result<void> write(const Batch& batch) {
        if (taken_ == durable_) oldest_us_ = clock_.monotonic_us();
        for (const stream::Record& record : batch.records()) {
            if (record.kind != stream::RecordKind::Accepted) continue;
            OpenFile& open = TRY(file_for(record))
            .get();
            TRY(open.file->add_line(record.value));
            open.last = record.offset;
            plain_bytes_ += record.value.size() + 1;
        }
        return {};
    }

    Result<std::reference_wrapper<OpenFile>> file_for(const stream::Record& record) {
        OpenFile& open = open_[record.partition];
        const std::int64_t hour = record.received_at.micros / hour_us;
        const bool fits = open.file && open.hour == hour && record.offset == open.last + 1;
        if (!fits) {
            TRY(close(record.partition, open));
            open = OpenFile {
                TRY(CompressedFile::create(lake_, path_of(record)))
                , hour, record.offset, record.offset
            };
        }
        return std::ref(open);
    }

    std::string path_of(const stream::Record& record) const {
        return "raw/" + options_.stream + "/stream/" + day_folder(record.received_at) + "/" +
               options_.stream + "-p" + std::to_string(record.partition.value) + "-" +
               std::to_string(record.offset.value) + ".ndjson.zst";
    }

    Result<void> close(PartitionId partition, OpenFile& open) {
        if (!open.file) return {};
        lake::DataFile file = TRY(open.file->finish());
        open.file.reset();
        file.origin = stream_origin;
        file.extra = json::Value::object();
        file.extra.set("partition", std::int64_t{partition.value});
        file.extra.set("first_offset", open.first.value);
        file.extra.set("last_offset", open.last.value);
        finished_.push_back(std::move(file));
        return {};
    }

    // Files hold a part of what was taken: begin again from what is durable.
    void drop_unfinished() {
        open_.clear();
        for (const lake::DataFile& file : finished_) {
            // A file that cannot be removed now is an orphan, and the next sweep takes it.
            static_cast<void>(lake_.discard(file.path).ok());
        }
        finished_.clear();
        plain_bytes_ = 0;
    }

    const std::string name_ = "raw";
    const RawSinkOptions options_;
    const std::string dataset_;
    lake::Lake& lake_;
    os::Clock& clock_;
    std::map<PartitionId, OpenFile> open_;
    std::vector<lake::DataFile> finished_;  // closed, not yet committed
    std::uint64_t plain_bytes_ = 0;
    std::int64_t oldest_us_ = 0;
    Position taken_;
    Position durable_;
};

}  // namespace

std::unique_ptr<Sink> make_raw_sink(RawSinkOptions options, lake::Lake& lake, os::Clock& clock) {
    return std::make_unique<RawSink>(std::move(options), lake, clock);
}

}  // namespace tradewind::deliver
