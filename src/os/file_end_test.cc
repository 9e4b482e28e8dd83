#include "landing/whole.h"

#include <gtest/gtest.h>

#include "landing/test_kit.h"

namespace tradewind::landing {
namespace {

// gzip of "InvoiceNo\n1\n": header, one stored block, checksum, size.
std::string gzip_file() {
    const std::string text = "InvoiceNo\n1\n";
    const auto low = static_cast<char>(text.size());
    const auto high = static_cast<char>(~text.size());
    std::string bytes("\x1f\x8b\x08\0\0\0\0\0\0\x03\x01", 11);
    bytes += std::string{low, '\0', high, '\xff'} + text;
    bytes += std::string("\xb0\xc5\x91\x03", 4);  // any checksum: it is not looked at
    return bytes + std::string{low, '\0', '\0', '\0'};
}

bool ends(const std::string& bytes) {
    const testing_support::LandingFolder landing;
    const auto files = os::make_posix_filesystem();
    return MUST(ends_well(*files, landing.write("shop/file", bytes)));
}

// An empty file, and packed ones without their end, are not whole.
TEST(Whole, MissingEnds) {
    EXPECT_FALSE(ends(""));
    EXPECT_FALSE(ends("PAR1"));
    EXPECT_FALSE(ends("PAR1 some columns, no footer"));
    EXPECT_FALSE(ends(std::string("PK\x03\x04", 4) + std::string(100'000, 'x')));
    const std::string packed = gzip_file();
    for (std::size_t size = 3; size <= packed.size() - 4; ++size)
        EXPECT_FALSE(ends(packed.substr(0, size))) << size;
}

// Whole ones are; of plain text nothing can be said.
TEST(Whole, RightEnds) {
    EXPECT_TRUE(ends(gzip_file()));
    EXPECT_TRUE(ends("PAR1 columns footer PAR1"));
    EXPECT_TRUE(ends(
        std::string("PK\x03\x04", 4) + "file" + std::string("PK\x05\x06", 4) + std::string(18, '\0')
    ));
    EXPECT_TRUE(ends("InvoiceNo\n1"));
    EXPECT_TRUE(ends("x"));
}

}  // namespace
}  // namespace tradewind::landing
