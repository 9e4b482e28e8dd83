#include "quality/scan.h"

#include <algorithm>
#include <utility>

#include "quality/run.h"

namespace tradewind::quality {

std::size_t Scan::add(const std::string& aggregate) {
    const auto [known, is_new] = numbers_.try_emplace(aggregate, values_.size());
    if (is_new) values_.push_back({aggregate, {}, {}, 0});
    return known->second;
}

Result<void> Scan::run() {
    for (std::size_t begin = 0; begin < values_.size(); begin += per_scan_)
        TRY(ask(begin, std::min(begin + per_scan_, values_.size())));
    return {};
}

Result<void> Scan::ask(std::size_t begin, std::size_t end) {
    std::string sql = "SELECT ";
    for (std::size_t i = begin; i < end; ++i)
        sql += (i == begin ? "" : ", ") + values_[i].aggregate + " AS a" + std::to_string(i);
    const std::int64_t began_us = clock_.monotonic_us();
    auto answer = work_.rows(sql + " FROM " + from_, 1);
    const std::int64_t took_us = clock_.monotonic_us() - began_us;
    if (!answer.ok()) {
        if (!of_one_check(answer.error())) return std::move(answer).error();
        if (end - begin == 1) {
            values_[begin].error = std::move(answer).error();
            return {};
        }
        const std::size_t middle = begin + (end - begin) / 2;
        TRY(ask(begin, middle));
        return ask(middle, end);
    }
    CHECK(answer->rows.size() == 1 && answer->rows.front().size() == end - begin);
    for (std::size_t i = begin; i < end; ++i) {
        values_[i].text = std::move(answer->rows.front()[i - begin]);
        values_[i].duration_us = took_us / static_cast<std::int64_t>(end - begin);
    }
    return {};
}

}  // namespace tradewind::quality
