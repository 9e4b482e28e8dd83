#include "generate/shop_calendar.h"

#include <algorithm>
#include <array>
#include <utility>

#include "generate/chance.h"

namespace tradewind::generate {

namespace {

constexpr std::array<int, month_count> days_in_month = {
    31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 9
};

// Lines on a usual day in the middle of the month.
constexpr std::array<std::int64_t, month_count> month_level = {
    2150, 1420, 1180, 1340, 1390, 1450, 1430, 1470, 1440, 1930, 2400, 3300, 3150
};

// From Sunday. Saturday is closed.
constexpr std::array<std::int64_t, 7> weekday_percent = {72, 113, 110, 100, 110, 92, 0};

using Hours = std::array<std::int64_t, 15>;  // 6:00 to 20:59
constexpr Hours usual_hours = {0, 2, 40, 150, 220, 245, 300, 285, 265, 290, 185, 80, 12, 4, 1};
constexpr Hours thursday_hours = {
    3, 3, 45, 120, 190, 190, 240, 220, 215, 225, 165, 120, 85, 60, 12
};
constexpr Hours sunday_hours = {0, 0, 0, 5, 140, 230, 280, 235, 215, 200, 70, 0, 0, 0, 0};

// Customers do not come evenly: most minutes see none, some see several.
constexpr std::array<std::uint64_t, 12> bursts = {0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 5, 8};

constexpr std::array<std::pair<int, int>, 16> holidays = {{
    {0, 24},
    {0, 26},
    {0, 27},
    {0, 28},
    {0, 29},
    {0, 30},
    {0, 31},  // Christmas
    {1, 2},
    {1, 3},  // New Year
    {4, 22},
    {4, 24},
    {4, 25},
    {4, 29},
    {5, 2},
    {5, 30},
    {8, 29},  // Easter and bank holidays
}};

constexpr int first_weekday = 3;  // 2010-12-01 was a Wednesday
constexpr int thursday = 4;

bool open_on(int month, int day_of_month, int weekday) {
    return weekday_percent[static_cast<std::size_t>(weekday)] > 0 &&
           std::find(holidays.begin(), holidays.end(), std::pair{month, day_of_month}) ==
               holidays.end();
}

const Hours& hours_of(int weekday) {
    if (weekday == 0) return sunday_hours;
    return weekday == thursday ? thursday_hours : usual_hours;
}

// Straight from the middle of one month to the middle of the next.
std::int64_t season_level(int month, int day_of_month) {
    const int neighbour = std::clamp(day_of_month < 15 ? month - 1 : month + 1, 0, month_count - 1);
    const std::int64_t distance = std::abs(day_of_month - 15);
    const std::int64_t here = month_level[static_cast<std::size_t>(month)];
    const std::int64_t there = month_level[static_cast<std::size_t>(neighbour)];
    return (here * (30 - distance) + there * distance) / 30;
}

}  // namespace

std::vector<SalesMinute> sales_minutes(os::Random& random) {
    std::vector<SalesMinute> minutes;
    std::uint64_t weight = 0;
    int day = 0;
    for (int month = 0; month < month_count; ++month) {
        for (int of_month = 1; of_month <= days_in_month[static_cast<std::size_t>(month)];
             ++of_month, ++day) {
            const int weekday = (first_weekday + day) % 7;
            if (!open_on(month, of_month, weekday)) continue;
            const std::int64_t noise_percent = 75 + static_cast<std::int64_t>(random.below(51));
            const std::int64_t level = season_level(month, of_month) *
                                       weekday_percent[static_cast<std::size_t>(weekday)] *
                                       noise_percent / 10'000;
            const Hours& hours = hours_of(weekday);
            for (int minute = 0; minute < static_cast<int>(hours.size()) * 60; ++minute) {
                const std::int64_t hour_weight = hours[static_cast<std::size_t>(minute / 60)];
                const std::uint64_t burst = pick(random, bursts);
                if (hour_weight == 0 || burst == 0) continue;
                weight += static_cast<std::uint64_t>(level * hour_weight) * burst;
                minutes.push_back({day, month, of_month, 6 * 60 + minute, weight});
            }
        }
    }
    return minutes;
}

}  // namespace tradewind::generate
