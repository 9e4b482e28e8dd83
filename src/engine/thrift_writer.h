// The compact protocol of Thrift, in which Parquet files say what is in them: only its writing, and
// of that what such files need.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace tradewind::engine {

// Fields of a struct come in ascending order.
class ThriftWriter {
public:
    explicit ThriftWriter(std::string& out) : out_(out) {}

    void i32(int field, std::int32_t value) {
        header(field, 5);
        zigzag(value);
    }
    void i64(int field, std::int64_t value) {
        header(field, 6);
        zigzag(value);
    }
    void i8(int field, std::int8_t value) {
        header(field, 3);
        out_.push_back(static_cast<char>(value));
    }
    void boolean(int field, bool value) { header(field, value ? 1 : 2); }
    void text(int field, std::string_view value) {
        header(field, 8);
        item(value);
    }
    // Until the end() that belongs to it.
    void begin_struct(int field) {
        header(field, 12);
        begin_item();
    }
    void end() {
        out_.push_back('\0');
        fields_.pop_back();
    }
    // Its elements follow: item(…), or begin_item() … end() for each.
    void list_of_integers(int field, std::size_t size) { list(field, size, 5); }
    void list_of_texts(int field, std::size_t size) { list(field, size, 8); }
    void list_of_structs(int field, std::size_t size) { list(field, size, 12); }
    void item(std::int32_t value) { zigzag(value); }
    void item(std::string_view value) {
        varint(value.size());
        out_.append(value);
    }
    void begin_item() { fields_.push_back(0); }

private:
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
        out_.push_back(static_cast<char>(value));
    }
    void zigzag(std::int64_t value) {
        varint(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
    }
    void header(int field, int type) {
        const int step = field - fields_.back();
        CHECK(step >= 1 && step <= 15);
        out_.push_back(static_cast<char>(step << 4 | type));
        fields_.back() = field;
    }
    void list(int field, std::size_t size, int type) {
        header(field, 9);
        if (size < 15) {
            out_.push_back(static_cast<char>(size << 4 | static_cast<std::size_t>(type)));
            return;
        }
        out_.push_back(static_cast<char>(0xf0 | type));
        varint(size);
    }

    std::string& out_;
    std::vector<int> fields_{0};  // the last one of each struct that is open
};

}  // namespace tradewind::engine
