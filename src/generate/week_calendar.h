// The chain's days: from when on its data are kept, when its stores are closed, and its calendar.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "generate/csv_rows.h"

namespace tradewind::generate::chain {

// A day of business, counted from 0.
using Day = std::int32_t;

struct DayFacts {
    std::string date;  // "2024-07-01"
    int weekday = 0;   // 0 Sunday … 6 Saturday
    int month = 1;
    bool closed = false;  // no store sells anything and nothing is delivered
};

class Calendar {
public:
    // Of the dump on that date ("2025-07-01"; empty: that one), which is made in its first hours:
    // its last day of business is the one before. InvalidArgument when there is no such date, or
    // none with data.
    static Result<Calendar> until(const std::string& dump_date);

    const std::string& dump_date() const { return dump_date_; }
    // Days with sales and inventory.
    Day day_count() const { return day_count_; }
    // Some weeks beyond day_count() too, since deliveries are planned.
    const DayFacts& operator[](Day day) const { return days_[static_cast<std::size_t>(day)]; }
    // Rows of `calendar`: every day of the years of the data and of the year after.
    void write(CsvRows& rows) const;

private:
    std::string dump_date_;
    Day day_count_ = 0;
    int last_year_ = 0;
    std::vector<DayFacts> days_;
};

}  // namespace tradewind::generate::chain
