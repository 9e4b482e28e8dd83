#include "deliver/table_sink.h"

#include <utility>
#include <vector>

namespace tradewind::deliver {

namespace {

class TableSink : public Sink {
public:
    TableSink(
        TableSinkOptions options,
        std::shared_ptr<const contract::Contract> contract,
        RawTable& table,
        os::Clock& clock
    )
        : options_(options), contract_(std::move(contract)), table_(table), clock_(clock) {}

    const std::string& name() const override { return name_; }

    Result<Position> open() override {
        // Hot rows outlive a failed take or flush: only the first opening begins at the version.
        if (opened_) return taken_;
        const lake::Version version = TRY(table_.current());
        const auto position = version.positions.find(name_);
        durable_ = position == version.positions.end() ? Position{0} : position->second;
        taken_ = durable_;
        opened_ = true;
        return taken_;
    }

    Result<void> take(const Batch& batch) override {
        return append({&batch.decoded(contract_).rows}, batch.next());
    }

    Result<void> take_all(const Batches& batches) override {
        std::vector<const RowBatch*> rows;
        for (const auto& batch : batches) rows.push_back(&batch->decoded(contract_).rows);
        return append(rows, batches.back()->next());
    }

    // A second is what readers were promised.
    Gathering gathering() const override { return {options_.append_rows, 300'000}; }

    Result<void> settle(bool force) override {
        if (taken_ == durable_) return {};
        const bool due = table_.hot_row_count() >= options_.flush_rows ||
                         clock_.monotonic_us() - oldest_us_ >= options_.flush_age_us;
        if (!force && !due) return {};
        // The first flush may only finish an earlier one that failed.
        do {
            durable_ = TRY(table_.flush_hot(name_, taken_));
        } while (force && durable_ < taken_);
        oldest_us_ = clock_.monotonic_us();
        return {};
    }

    Position durable() const override { return durable_; }

private:
    Result<void> append(const std::vector<const RowBatch*>& rows, Position next) {
        TRY(table_.append_hot(rows));
        if (taken_ == durable_) oldest_us_ = clock_.monotonic_us();
        taken_ = next;
        return {};
    }

    const std::string name_ = "table";
    const TableSinkOptions options_;
    const std::shared_ptr<const contract::Contract> contract_;
    RawTable& table_;
    os::Clock& clock_;
    bool opened_ = false;
    Position taken_;
    Position durable_;
    std::int64_t oldest_us_ = 0;
};

}  // namespace

std::unique_ptr<Sink> make_table_sink(
    TableSinkOptions options,
    std::shared_ptr<const contract::Contract> contract,
    RawTable& table,
    os::Clock& clock
) {
    return std::make_unique<TableSink>(options, std::move(contract), table, clock);
}

}  // namespace tradewind::deliver
