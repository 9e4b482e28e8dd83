#include "quality/number_pass.h"

#include <algorithm>
#include <utility>

#include "base/bits.h"
#include "base/clustered_keys.h"
#include "base/sql_text.h"
#include "quality/known_numbers.h"

namespace tradewind::quality {

namespace {

using Columns = std::vector<engine::IntegerColumn>;

bool any_null(const engine::IntegerColumn& column, std::size_t rows) {
    return column.valid != nullptr && !all_set(column.valid, rows);
}

class NoNull : public NumberTest {
public:
    bool take(const Columns& columns, std::size_t rows) override {
        return std::ranges::none_of(columns, [&](const auto& column) {
            return any_null(column, rows);
        });
    }
};

// Each number for itself; nulls are let through.
template <typename Fits>
class EachNumber : public NumberTest {
public:
    explicit EachNumber(Fits fits) : fits_(std::move(fits)) {}

    bool take(const Columns& columns, std::size_t rows) override {
        return std::ranges::all_of(columns, [&](const engine::IntegerColumn& column) {
            return any_null(column, rows) ? take_some(column, rows) : take_all(column, rows);
        });
    }

private:
    bool take_all(const engine::IntegerColumn& column, std::size_t rows) const {
        bool all = true;
        for (std::size_t row = 0; row < rows; ++row) all &= fits_(column.values[row]);
        return all;
    }
    bool take_some(const engine::IntegerColumn& column, std::size_t rows) const {
        for (std::size_t row = 0; row < rows; ++row) {
            if (bit_set(column.valid, row) && !fits_(column.values[row])) return false;
        }
        return true;
    }

    const Fits fits_;
};

template <typename Fits>
std::unique_ptr<NumberTest> each(Fits fits) {
    return std::make_unique<EachNumber<Fits>>(std::move(fits));
}

std::unique_ptr<NumberTest> among(std::vector<std::int64_t> numbers) {
    std::ranges::sort(numbers);
    const auto least = static_cast<std::uint64_t>(numbers.front());
    const std::uint64_t apart = static_cast<std::uint64_t>(numbers.back()) - least;
    if (apart < 64) {
        std::uint64_t bits = 0;
        for (const std::int64_t number : numbers)
            bits |= std::uint64_t{1} << (static_cast<std::uint64_t>(number) - least);
        return each([=](std::int64_t number) {
            const std::uint64_t place = static_cast<std::uint64_t>(number) - least;
            return place <= apart && (bits >> place & 1) != 0;
        });
    }
    return each([numbers = std::move(numbers)](std::int64_t number) {
        return std::ranges::binary_search(numbers, number);
    });
}

class AllDifferent : public NumberTest {
public:
    explicit AllDifferent(std::size_t width) : keys_(width), values_(width) {}

    bool take(const Columns& columns, std::size_t rows) override {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (any_null(columns[i], rows)) return false;
            values_[i] = columns[i].values;
        }
        return keys_.add(values_, rows);
    }
    bool finish() override { return keys_.finish() == ClusteredKeys::Finding::Different; }

private:
    ClusteredKeys keys_;
    std::vector<const std::int64_t*> values_;
};

// Null: it cannot be told.
Result<std::unique_ptr<NumberTest>> test_of(engine::Work& work, const NumberClaim& claim) {
    using ClaimKind = NumberClaim::Kind;
    switch (claim.kind) {
        case ClaimKind::NotNull:
            return std::unique_ptr<NumberTest>(std::make_unique<NoNull>());
        case ClaimKind::AtLeast:
            return each([least = claim.numbers.front()](std::int64_t number) {
                return number >= least;
            });
        case ClaimKind::AtMost:
            return each([most = claim.numbers.front()](std::int64_t number) {
                return number <= most;
            });
        case ClaimKind::Among:
            return claim.numbers.empty() ? std::unique_ptr<NumberTest>() : among(claim.numbers);
        case ClaimKind::Different:
            return std::unique_ptr<NumberTest>(std::make_unique<AllDifferent>(claim.columns.size())
            );
        case ClaimKind::ReferredTo:
            break;
    }
    auto known = TRY(known_numbers(work, claim.other));
    if (!known) return std::unique_ptr<NumberTest>();
    return each([numbers = std::move(*known)](std::int64_t number) { return numbers.has(number); });
}

}  // namespace

std::size_t NumberPass::add(const NumberClaim& claim) {
    using ClaimKind = NumberClaim::Kind;
    worth_it_ =
        worth_it_ || claim.kind == ClaimKind::Different || claim.kind == ClaimKind::ReferredTo;
    Running running{claim, {}, nullptr};
    for (const std::string& name : claim.columns) {
        const auto known = std::ranges::find(columns_, name);
        running.columns.push_back(static_cast<std::size_t>(known - columns_.begin()));
        if (known == columns_.end()) columns_.push_back(name);
    }
    claims_.push_back(std::move(running));
    return claims_.size() - 1;
}

Result<void> NumberPass::begin() {
    for (Running& running : claims_) running.test = TRY(test_of(work_, running.claim));
    return {};
}

bool NumberPass::take(const engine::IntegerChunk& chunk) {
    bool any = false;
    Columns columns;
    for (Running& running : claims_) {
        if (running.test == nullptr) continue;
        columns.clear();
        for (const std::size_t place : running.columns) columns.push_back(chunk.columns[place]);
        if (running.test->take(columns, chunk.rows)) {
            any = true;
        } else {
            running.test.reset();
        }
    }
    return any;
}

Result<void> NumberPass::run() {
    TRY(begin());
    std::string list;
    for (const std::string& name : columns_)
        list += (list.empty() ? "CAST(" : ", CAST(") + quote_name(name) + " AS BIGINT) AS " +
                quote_name(name);
    const auto rows = TRY(work_.read_integers("SELECT " + list + " FROM " + from_));
    engine::IntegerChunk chunk;
    std::int64_t count = 0;
    while (TRY(rows->next(chunk))) {
        if (!take(chunk)) return {};
        count += static_cast<std::int64_t>(chunk.rows);
    }
    for (Running& running : claims_) {
        if (running.test != nullptr && !running.test->finish()) running.test.reset();
    }
    row_count_ = count;
    return {};
}

}  // namespace tradewind::quality
