#include "base/hash.h"

#include <gtest/gtest.h>

namespace tradewind {
namespace {

// The published check values of CRC-32C (RFC 3720, appendix B.4).
TEST(Crc32c, PublishedValues) {
    EXPECT_EQ(crc32c(""), 0u);
    EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
}

// In pieces or at once, at every cut and from every alignment: the same checksum.
TEST(Crc32c, Continues) {
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes.push_back(static_cast<char>(i * 37));
    const std::uint32_t whole = crc32c(bytes);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        const std::string_view view = bytes;
        EXPECT_EQ(crc32c(view.substr(cut), crc32c(view.substr(0, cut))), whole);
    }
}

// One flipped bit anywhere changes the checksum.
TEST(Crc32c, SeesEveryBit) {
    std::string bytes(61, 'x');
    const std::uint32_t whole = crc32c(bytes);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_NE(crc32c(bytes), whole);
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    }
}

// hash64 is part of the format on disk: a change here would send keys to other partitions.
TEST(Hash64, IsFrozen) {
    EXPECT_EQ(hash64(""), 0x2d06800538d394c2u);
    EXPECT_EQ(hash64("17850"), 0x54b331012e93d836u);
    EXPECT_EQ(hash64("536365"), 0x8da94ddf2ec4ad66u);
}

// The same bytes the same digits, other bytes others.
TEST(Hash128, Digits) {
    EXPECT_EQ(hash128(""), "99aa06d3014798d86001c324468d497f");
    EXPECT_NE(hash128("a"), hash128("b"));
}

// FIPS 180-2's examples, in one piece and in many.
TEST(Sha256, PublishedValues) {
    EXPECT_EQ(
        Sha256().finish_hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    Sha256 abc;
    abc.update("a");
    abc.update("");
    abc.update("bc");
    EXPECT_EQ(abc.finish_hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 million;
    for (int i = 0; i < 1000; ++i) million.update(std::string(1000, 'a'));
    Sha256 moved = std::move(million);
    EXPECT_EQ(
        moved.finish_hex(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    );
}

}  // namespace
}  // namespace tradewind
