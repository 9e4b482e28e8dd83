#include "quality/known_numbers.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "quality/number_claim.h"

namespace tradewind::quality {

namespace {

// 64 MiB.
constexpr std::uint64_t bits_max = std::uint64_t{1} << 29;

Result<bool> gives_whole_numbers(engine::Work& work, const std::string& sql) {
    const auto columns = TRY(work.columns(sql));
    return columns.size() == 1 && is_whole_number_type(columns.front().type);
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
    return std::all_of(numbers, numbers + count, [&](std::int64_t number) { return has(number); });
}

Result<std::optional<KnownNumbers>> known_numbers(engine::Work& work, const std::string& sql) {
    if (!TRY(gives_whole_numbers(work, sql))) return std::optional<KnownNumbers>();
    const auto ends = TRY(extremes(work, sql));
    if (!ends) return std::optional<KnownNumbers>();
    auto known = KnownNumbers::between(ends->first, ends->second);
    if (!known) return known;
    engine::IntegerChunk chunk;
    const auto numbers = TRY(numbers_of(work, sql));
    while (TRY(numbers->next(chunk))) {
        // A condition such as random() < 0.5 chooses other rows each time that it is asked.
        if (!known->add(chunk.columns.front().values, chunk.rows))
            return std::optional<KnownNumbers>();
    }
    return known;
}

Result<bool> all_referred_to(engine::Work& work, const Reference& reference) {
    if (!TRY(gives_whole_numbers(work, reference.own))) return false;
    const auto known = TRY(known_numbers(work, reference.other));
    if (!known) return false;
    engine::IntegerChunk chunk;
    const auto own = TRY(numbers_of(work, reference.own));
    while (TRY(own->next(chunk))) {
        if (!known->has_all(chunk.columns.front().values, chunk.rows)) return false;
    }
    return true;
}

}  // namespace tradewind::quality
