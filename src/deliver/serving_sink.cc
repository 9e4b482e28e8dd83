#include "deliver/serving_sink.h"

#include <utility>

namespace tradewind::deliver {

namespace {

class ServingSink : public Sink {
public:
    ServingSink(
        std::shared_ptr<const contract::Contract> contract,
        std::int64_t flush_age_us,
        serving::Serving& serving,
        os::Clock& clock,
        std::function<Result<void>()> prepare
    )
        : contract_(std::move(contract)),
          flush_age_us_(flush_age_us),
          serving_(serving),
          clock_(clock),
          prepare_(std::move(prepare)) {}

    const std::string& name() const override { return name_; }

    Result<Position> open() override {
        TRY(prepare_());
        applied_ = Position {
            TRY(serving_.cursor(serving_cursor(contract_->name())))
            .value_or(0)
        };
        // What the store holds may still be in the system's cache: durable only after a flush.
        TRY(serving_.flush());
        durable_ = applied_;
        return applied_;
    }

    Result<void> take(const Batch& batch) override {
        const serving::Cursor cursor{serving_cursor(contract_->name()), batch.next().value};
        TRY(serving_.apply(contract_->name(), batch.decoded(contract_).rows, cursor, false));
        if (applied_ == durable_) oldest_us_ = clock_.monotonic_us();
        applied_ = batch.next();
        return {};
    }

    Result<void> settle(bool force) override {
        if (applied_ == durable_) return {};
        if (!force && clock_.monotonic_us() - oldest_us_ < flush_age_us_) return {};
        TRY(serving_.flush());
        durable_ = applied_;
        return {};
    }

    Position durable() const override { return durable_; }

private:
    const std::string name_ = "serving";
    const std::shared_ptr<const contract::Contract> contract_;
    const std::int64_t flush_age_us_;
    serving::Serving& serving_;
    os::Clock& clock_;
    const std::function<Result<void>()> prepare_;
    Position applied_;
    Position durable_;
    std::int64_t oldest_us_ = 0;
};

}  // namespace

std::string serving_cursor(const std::string& source) {
    return "stream/" + source;
}

std::unique_ptr<Sink> make_serving_sink(
    std::shared_ptr<const contract::Contract> contract,
    std::int64_t flush_age_us,
    serving::Serving& serving,
    os::Clock& clock,
    std::function<Result<void>()> prepare
) {
    return std::make_unique<ServingSink>(
        std::move(contract), flush_age_us, serving, clock, std::move(prepare)
    );
}

}  // namespace tradewind::deliver
