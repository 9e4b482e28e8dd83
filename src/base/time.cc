#include "base/time.h"

#include <cmath>

#include "base/check.h"

namespace tradewind {

namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 86'400 * second_us;
// The years whose every microsecond fits the 64 bits of a Timestamp.
constexpr int year_min = -290'307;
constexpr int year_max = 294'246;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

// Days since 1970-01-01 and back, in eras of 400 years that begin on 1 March, so that the leap day
// is the last of its year. After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
    if (month <= 2) --year;
    const std::int64_t era = floor_divide(year, 400);
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}

CivilTime civil_from_days(std::int64_t days) {
    days += 719'468;
    const std::int64_t era = floor_divide(days, 146'097);
    const std::int64_t day_of_era = days - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
    CivilTime civil;
    civil.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    civil.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    civil.year = static_cast<int>(year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0));
    return civil;
}

int days_in_month(int year, int month) {
    static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

void append_padded(std::string& out, int value, int width) {
    char reversed[12];
    int size = 0;
    // As unsigned: the least int has no positive counterpart.
    unsigned rest = value < 0 ? -static_cast<unsigned>(value) : static_cast<unsigned>(value);
    for (; rest != 0 || size < width; rest /= 10)
        reversed[size++] = static_cast<char>('0' + rest % 10);
    if (value < 0) reversed[size++] = '-';
    while (size > 0) out.push_back(reversed[--size]);
}

void append_date(std::string& out, const CivilTime& civil) {
    append_padded(out, civil.year, 4);
    out.push_back('-');
    append_padded(out, civil.month, 2);
    out.push_back('-');
    append_padded(out, civil.day, 2);
}

std::string format(Timestamp at, char between) {
    const CivilTime civil = to_civil(at);
    std::string out;
    out.reserve(32);
    append_date(out, civil);
    out.push_back(between);
    append_padded(out, civil.hour, 2);
    out.push_back(':');
    append_padded(out, civil.minute, 2);
    out.push_back(':');
    append_padded(out, civil.second, 2);
    if (civil.micros != 0) {
        out.push_back('.');
        append_padded(out, civil.micros, 6);
    }
    return out;
}

}  // namespace

CivilTime to_civil(Timestamp at) {
    const std::int64_t days = to_days(at);
    // Not `micros - days * day_us`: that product overflows on the first day there is.
    const std::int64_t in_day = (at.micros % day_us + day_us) % day_us;
    CivilTime civil = civil_from_days(days);
    civil.micros = static_cast<int>(in_day % second_us);
    civil.second = static_cast<int>(in_day / second_us % 60);
    civil.minute = static_cast<int>(in_day / (60 * second_us) % 60);
    civil.hour = static_cast<int>(in_day / (3600 * second_us));
    return civil;
}

bool civil_exists(const CivilTime& civil) {
    return civil.year >= year_min && civil.year <= year_max && civil.month >= 1 &&
           civil.month <= 12 && civil.day >= 1 &&
           civil.day <= days_in_month(civil.year, civil.month) && civil.hour >= 0 &&
           civil.hour <= 23 && civil.minute >= 0 && civil.minute <= 59 && civil.second >= 0 &&
           civil.second <= 59 && civil.micros >= 0 && civil.micros < second_us;
}

Timestamp from_civil(const CivilTime& civil) {
    CHECK(civil_exists(civil));
    const std::int64_t days = days_from_civil(civil.year, civil.month, civil.day);
    const std::int64_t seconds = civil.hour * 3600 + civil.minute * 60 + civil.second;
    return Timestamp{days * day_us + seconds * second_us + civil.micros};
}

std::int64_t to_days(Timestamp at) {
    return floor_divide(at.micros, day_us);
}

Result<Timestamp> from_excel_serial(double serial) {
    constexpr double serial_end = 2'958'466;  // 10000-01-01
    // Excel believes in a 29 February 1900 (serial 60), for the sake of Lotus 1-2-3.
    constexpr std::int64_t phantom_day = 60;
    const auto refuse = [&](const char* why) {
        return Error(ErrorCode::InvalidArgument, "not an Excel date: " + std::to_string(serial))
            .with_detail(why);
    };
    if (!(serial >= 1 && serial < serial_end))
        return refuse("Dates run from 1 (1900-01-01) to 2958465 (9999-12-31).");
    std::int64_t days = static_cast<std::int64_t>(serial);
    std::int64_t millis = std::llround((serial - static_cast<double>(days)) * 86'400'000.0);
    if (millis == 86'400'000) {
        ++days;
        millis = 0;
    }
    if (days == static_cast<std::int64_t>(serial_end))
        return refuse("Rounded to the millisecond it lies in the year 10000.");
    if (days == phantom_day) return refuse("Day 60 is 1900-02-29 to Excel, and there was none.");
    const std::int64_t epoch_days = days - (days > phantom_day ? 25'569 : 25'568);
    return Timestamp{epoch_days * day_us + millis * 1000};
}

std::string format_sql(Timestamp at) {
    return format(at, ' ');
}

std::string format_iso(Timestamp at) {
    return format(at, 'T');
}

std::string format_date(std::int64_t days) {
    std::string out;
    append_date(out, civil_from_days(days));
    return out;
}

}  // namespace tradewind
