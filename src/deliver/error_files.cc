#include "deliver/error_files.h"

#include <utility>

#include "deliver/letters.h"

namespace tradewind::deliver {

namespace {

class ErrorsSink : public Sink {
public:
    ErrorsSink(
        std::shared_ptr<const contract::Contract> contract,
        std::int64_t flush_age_us,
        lake::Lake& lake,
        os::Clock& clock
    )
        : contract_(std::move(contract)),
          dataset_(errors_dataset(contract_->name())),
          flush_age_us_(flush_age_us),
          lake_(lake),
          clock_(clock) {}

    const std::string& name() const override { return name_; }

    Result<Position> open() override {
        files_.reset();
        const lake::Version version = TRY(lake_.current(dataset_));
        const auto position = version.positions.find(name_);
        durable_ = position == version.positions.end() ? Position{0} : position->second;
        taken_ = durable_;
        return durable_;
    }

    Result<void> take(const Batch& batch) override {
        if (taken_ == durable_) oldest_us_ = clock_.monotonic_us();
        for (const DeadLetter& letter : letters_of(contract_, batch)) {
            if (!files_)
                files_.emplace(
                    contract_->name(), "stream-" + std::to_string(batch.from().value), lake_
                );
            TRY(files_->add(letter));
        }
        taken_ = batch.next();
        return {};
    }

    // Without errors only the position moves, which is worth a version much less often.
    Result<void> settle(bool force) override {
        if (taken_ == durable_) return {};
        const std::int64_t age_us_max = files_ ? flush_age_us_ : 10 * flush_age_us_;
        if (!force && clock_.monotonic_us() - oldest_us_ < age_us_max) return {};
        lake::Commit commit;
        if (files_) commit.add = TRY(files_->finish(stream_origin));
        commit.positions[name_] = taken_;
        commit.run = "sink errors";
        auto version = lake_.commit(dataset_, commit, std::nullopt);
        if (!version.ok()) {
            for (const lake::DataFile& file : commit.add)
                static_cast<void>(lake_.discard(file.path).ok());
            return std::move(version).error();
        }
        files_.reset();
        durable_ = taken_;
        return {};
    }

    Position durable() const override { return durable_; }

private:
    const std::string name_ = "errors";
    const std::shared_ptr<const contract::Contract> contract_;
    const std::string dataset_;
    const std::int64_t flush_age_us_;
    lake::Lake& lake_;
    os::Clock& clock_;
    std::optional<ErrorFiles> files_;
    Position taken_;
    Position durable_;
    std::int64_t oldest_us_ = 0;
};

}  // namespace

Result<void> ErrorFiles::add(const DeadLetter& letter) {
    const std::string folder =
        errors_dataset(source_) + "/" + day_folder(letter.captured_at) + "/" + letter.type;
    auto& file = open_[folder];
    if (!file) file = TRY(CompressedFile::create(lake_, folder + "/" + name_ + ".ndjson.zst"));
    return file->add_line(to_json_line(letter));
}

Result<std::vector<lake::DataFile>> ErrorFiles::finish(OriginId origin) {
    std::vector<lake::DataFile> files;
    for (auto& [folder, open] : open_) {
        auto file = open->finish();
        if (!file.ok()) {
            // The next try wants their names.
            for (const lake::DataFile& done : files)
                static_cast<void>(lake_.discard(done.path).ok());
            open_.clear();
            return std::move(file).error();
        }
        files.push_back(std::move(file).take());
        files.back().origin = origin;
    }
    open_.clear();
    return files;
}

std::unique_ptr<Sink> make_errors_sink(
    std::shared_ptr<const contract::Contract> contract,
    std::int64_t flush_age_us,
    lake::Lake& lake,
    os::Clock& clock
) {
    return std::make_unique<ErrorsSink>(std::move(contract), flush_age_us, lake, clock);
}

}  // namespace tradewind::deliver
