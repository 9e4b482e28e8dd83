// Formats of times.
#include "contract/time_format.h"

#include <gtest/gtest.h>

#include <random>

#include "base/time.h"

namespace tradewind::contract {
namespace {

std::string mutated(std::mt19937_64& engine, std::string text) {
    const std::string alphabet = "0123456789/:-. TZ+%am";
    for (std::uint64_t left = engine() % 3; left > 0 && !text.empty(); --left) {
        const std::size_t at = engine() % text.size();
        if (engine() % 2 == 0)
            text[at] = alphabet[engine() % alphabet.size()];
        else if (engine() % 2 == 0)
            text.erase(at, 1);
        else
            text.insert(at, 1, alphabet[engine() % alphabet.size()]);
    }
    return text;
}

// Seeded: what is read fast here is what base reads, on good texts and on damaged ones.
TEST(TimeFormat, AgreesWithBase) {
    std::mt19937_64 engine(20261121);
    const std::pair<const char*, const char*> kinds[] = {
        {"iso", "2010-12-01 08:26:00"},
        {"iso", "2010-12-01T08:26:00Z"},
        {"iso", "2010-12-01T08:26:00.123456+02:00"},
        {"iso", "2010-12-01"},
        {"%m/%d/%Y %H:%M", "12/1/2010 8:26"},
        {"%Y-%m-%dT%H:%M:%S.%f", "2010-12-01T08:26:00.123456789"},
        {"%d.%m.%Y  %H%%", "1.12.2010 \t8%"},
        {"%d %b %Y", "1 Dec 2010"},
        {"%y%m%d", "101201"},
    };
    int good = 0;
    for (int round = 0; round < 30'000; ++round) {
        const auto& [name, sample] = kinds[engine() % std::size(kinds)];
        const std::string text = mutated(engine, sample);
        const auto format = TimeFormat::compile(name);
        ASSERT_TRUE(format.ok());
        const auto expected =
            std::string_view(name) == "iso" ? parse_iso(text) : parse_with_format(text, name);
        Timestamp at;
        const bool read = format->read(text, at);
        ASSERT_EQ(read, expected.ok()) << name << " " << text;
        if (read) {
            ASSERT_EQ(at.micros, expected->micros) << name << " " << text;
        }
        good += read ? 1 : 0;
    }
    EXPECT_GT(good, 5'000);
}

}  // namespace
}  // namespace tradewind::contract
