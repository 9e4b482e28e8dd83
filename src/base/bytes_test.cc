#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace tradewind {
namespace {

// Varints at every width come back, and none is read from less than its bytes.
TEST(Bytes, Varints) {
    for (int bits = 0; bits <= 64; ++bits) {
        const std::uint64_t value = bits == 64 ? UINT64_MAX : (std::uint64_t{1} << bits) - 1;
        std::string out;
        put_varint(out, value);
        ByteReader whole(out);
        EXPECT_EQ(whole.varint(), value);
        EXPECT_TRUE(whole.ok() && whole.at_end());
        ByteReader cut(std::string_view(out).substr(0, out.size() - 1));
        EXPECT_EQ(cut.varint(), 0u);
        EXPECT_FALSE(cut.ok());
    }
}

// A varint that never ends, or a length longer than the rest, fails instead of reading on.
TEST(Bytes, HostileInput) {
    const std::string bytes(11, '\xff');
    ByteReader reader(bytes);
    reader.varint();
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.fixed<std::uint32_t>(), 0u);
    std::string lying;
    put_varint(lying, UINT64_MAX);
    lying += "abc";
    ByteReader sized(lying);
    EXPECT_EQ(sized.sized_bytes(), "");
    EXPECT_FALSE(sized.ok());
    EXPECT_EQ(sized.remaining(), 0u);
}

// Zigzag keeps small negatives small and the extremes intact.
TEST(Bytes, Zigzag) {
    for (const std::int64_t value :
         {std::int64_t{0},
          std::int64_t{-1},
          std::int64_t{1},
          std::numeric_limits<std::int64_t>::min(),
          std::numeric_limits<std::int64_t>::max()}) {
        EXPECT_EQ(unzigzag(zigzag(value)), value);
    }
    EXPECT_EQ(zigzag(-1), 1u);
}

// What was put is read back in order.
TEST(Bytes, RoundTrip) {
    std::string out;
    put_fixed<std::uint32_t>(out, 0xdeadbeef);
    put_bytes(out, "abc");
    put_fixed<double>(out, -0.5);
    put_bytes(out, "");
    overwrite_fixed<std::uint32_t>(out, 0, 7);
    ByteReader reader(out);
    EXPECT_EQ(reader.fixed<std::uint32_t>(), 7u);
    EXPECT_EQ(reader.sized_bytes(), "abc");
    EXPECT_EQ(reader.fixed<double>(), -0.5);
    EXPECT_EQ(reader.sized_bytes(), "");
    EXPECT_TRUE(reader.ok() && reader.at_end());
}

}  // namespace
}  // namespace tradewind
