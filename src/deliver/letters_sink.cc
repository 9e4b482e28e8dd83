#include "deliver/letters_sink.h"

#include <utility>
#include <vector>

#include "deliver/letters.h"

namespace tradewind::deliver {

namespace {

class LettersSink : public Sink {
public:
    LettersSink(
        std::shared_ptr<const contract::Contract> contract,
        DeadLetters& letters,
        FilterCounts& filtered,
        std::int64_t flush_age_us,
        os::Clock& clock
    )
        : contract_(std::move(contract)),
          letters_(letters),
          filtered_(filtered),
          flush_age_us_(flush_age_us),
          clock_(clock) {}

    const std::string& name() const override { return name_; }

    // What was taken and is not durable had no letters: after a failure it is not taken again, or
    // its filtered rows would count twice.
    Result<Position> open() override {
        if (opened_) return taken_;
        durable_ = TRY(letters_.position(contract_->name()));
        taken_ = durable_;
        opened_ = true;
        return durable_;
    }

    // Letters are written at once; without any, the position alone is not worth a synced
    // transaction: reading a stretch again after a crash finds nothing in it again.
    Result<void> take(const Batch& batch) override {
        const std::vector<DeadLetter> letters = letters_of(contract_, batch);
        if (!letters.empty()) TRY(letters_.add_up_to(contract_->name(), letters, batch.next()));
        filtered_.add(batch.decoded(contract_).filtered);
        if (taken_ == durable_) oldest_us_ = clock_.monotonic_us();
        taken_ = batch.next();
        if (!letters.empty()) durable_ = taken_;
        return {};
    }

    Result<void> settle(bool force) override {
        if (taken_ == durable_) return {};
        if (!force && clock_.monotonic_us() - oldest_us_ < flush_age_us_) return {};
        TRY(letters_.add_up_to(contract_->name(), {}, taken_));
        durable_ = taken_;
        return {};
    }

    Position durable() const override { return durable_; }

private:
    const std::string name_ = "dead_letters";
    const std::shared_ptr<const contract::Contract> contract_;
    DeadLetters& letters_;
    FilterCounts& filtered_;
    const std::int64_t flush_age_us_;
    os::Clock& clock_;
    bool opened_ = false;
    Position taken_;
    Position durable_;
    std::int64_t oldest_us_ = 0;
};

}  // namespace

void FilterCounts::add(const std::vector<contract::FilteredCount>& counts) {
    for (const contract::FilteredCount& filtered : counts) {
        metrics_
            .counter(
                "tradewind_filtered_records_total",
                "Records dropped by a rule of the transform.",
                {{"source", source_}, {"rule", filtered.rule}}
            )
            .add(filtered.count);
        by_rule_.with_lock([&](auto& by_rule) { by_rule[filtered.rule] += filtered.count; });
    }
}

std::vector<contract::FilteredCount> FilterCounts::list() const {
    return by_rule_.with_lock([](const auto& by_rule) {
        std::vector<contract::FilteredCount> counts;
        for (const auto& [rule, count] : by_rule) counts.push_back({rule, count});
        return counts;
    });
}

std::unique_ptr<Sink> make_letters_sink(
    std::shared_ptr<const contract::Contract> contract,
    DeadLetters& letters,
    FilterCounts& filtered,
    std::int64_t flush_age_us,
    os::Clock& clock
) {
    return std::make_unique<LettersSink>(
        std::move(contract), letters, filtered, flush_age_us, clock
    );
}

}  // namespace tradewind::deliver
