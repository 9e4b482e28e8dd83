#include "quality/known_numbers.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/text.h"

namespace tradewind::quality {

namespace {

// 64 MiB.
constexpr std::uint64_t bits_max = std::uint64_t{1} << 29;

Result<bool> gives_whole_numbers(engine::Work& work, const std::string& sql) {
    constexpr std::array<std::string_view, 4> types{"TINYINT", "SMALLINT", "INTEGER", "BIGINT"};
    const auto columns = TRY(work.columns(sql));
    return columns.size() == 1 && std::ranges::find(types, columns.front().type) != types.end();
}

// Nothing: there are none.
Result<std::optional<std::pair<std::int64_t, std::int64_t>>> extremes(
    engine::Work& work, const std::string& sql
) {
    using Pair = std::pair<std::int64_t, std::int64_t>;
    const auto answer = TRY(work.rows(
        "SELECT CAST(min(k) AS VARCHAR), CAST(max(k) AS VARCHAR) FROM (" + sql + ") AS _tw_keys(k)",
        1
    ));
    CHECK(answer.rows.size() == 1 && answer.rows.front().size() == 2);
    const auto least = parse_integer(answer.rows.front()[0].value_or(""));
    const auto greatest = parse_integer(answer.rows.front()[1].value_or(""));
    if (!least || !greatest) return std::optional<Pair>();
    return std::optional(Pair{*least, *greatest});
}

Result<std::unique_ptr<engine::IntegerReader>> numbers_of(
    engine::Work& work, const std::string& sql
) {
    return work.read_integers("SELECT CAST(k AS BIGINT) AS k FROM (" + sql + ") AS _tw_keys(k)");
}

}  // namespace

std::optional<KnownNumbers> KnownNumbers::between(std::int64_t least, std::int64_t greatest) {
    CHECK(least <= greatest);
    const std::uint64_t apart =
        static_cast<std::uint64_t>(greatest) - static_cast<std::uint64_t>(least);
    if (apart >= bits_max) return std::nullopt;
    return KnownNumbers(least, apart + 1);
}

bool KnownNumbers::add(const std::int64_t* numbers, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t at = place(numbers[i]);
        if (at >= count_) return false;
        bits_[at / 64] |= std::uint64_t{1} << (at % 64);
    }
    return true;
}

bool KnownNumbers::has_all(const std::int64_t* numbers, std::size_t count) const {
    return std::all_of(numbers, numbers + count, [&](std::int64_t number) {
        const std::uint64_t at = place(number);
        return at < count_ && (bits_[at / 64] >> (at % 64) & 1) != 0;
    });
}

Result<bool> all_referred_to(engine::Work& work, const Reference& reference) {
    if (!TRY(gives_whole_numbers(work, reference.own))) return false;
    if (!TRY(gives_whole_numbers(work, reference.other))) return false;
    const auto ends = TRY(extremes(work, reference.other));
    if (!ends) return false;
    auto known = KnownNumbers::between(ends->first, ends->second);
    if (!known) return false;
    engine::IntegerChunk chunk;
    const auto other = TRY(numbers_of(work, reference.other));
    while (TRY(other->next(chunk))) {
        // A condition such as random() < 0.5 chooses other rows each time that it is asked.
        if (!known->add(chunk.columns.front().values, chunk.rows)) return false;
    }
    const auto own = TRY(numbers_of(work, reference.own));
    while (TRY(own->next(chunk))) {
        if (!known->has_all(chunk.columns.front().values, chunk.rows)) return false;
    }
    return true;
}

}  // namespace tradewind::quality
