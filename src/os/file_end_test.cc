#include "os/file_end.h"

#include <gtest/gtest.h>

#include "os/temporary_folder.h"

namespace tradewind::os {
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
    const TemporaryFolder folder;
    const auto files = make_posix_filesystem();
    MUST(write_file_atomic(*files, folder.path("file"), bytes));
    return MUST(ends_well(*files, folder.path("file")));
}

// An empty file, and packed ones without their end, are not whole.
TEST(FileEnd, MissingEnds) {
    EXPECT_FALSE(ends(""));
    EXPECT_FALSE(ends("PAR1"));
    EXPECT_FALSE(ends("PAR1 some columns, no footer"));
    EXPECT_FALSE(ends(std::string("PK\x03\x04", 4) + std::string(100'000, 'x')));
    const std::string packed = gzip_file();
    for (std::size_t size = 3; size <= packed.size() - 4; ++size)
        EXPECT_FALSE(ends(packed.substr(0, size))) << size;
}

// Whole ones are; of plain text nothing can be said.
TEST(FileEnd, RightEnds) {
    EXPECT_TRUE(ends(gzip_file()));
    EXPECT_TRUE(ends("PAR1 columns footer PAR1"));
    EXPECT_TRUE(ends(
        std::string("PK\x03\x04", 4) + "file" + std::string("PK\x05\x06", 4) + std::string(18, '\0')
    ));
    EXPECT_TRUE(ends("InvoiceNo\n1"));
    EXPECT_TRUE(ends("x"));
}

}  // namespace
}  // namespace tradewind::os
