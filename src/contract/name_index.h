// From a name in a record or a header to its field, without regard to (ASCII) case: a hash table
// whose seed was chosen so that names hardly meet, and a memory of which name came at which place
// in the record before, since senders keep their order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::contract {

class NameIndex {
public:
    // `names` are distinct when lowered.
    struct Entry {
        std::string name;
        int field;
    };
    explicit NameIndex(const std::vector<Entry>& names);

    // The field of that name, or -1.
    int find(std::string_view name) const;

private:
    struct Slot {
        std::string lowered;
        int field = -1;
    };
    std::size_t slot_of(std::string_view name) const;
    std::size_t fill(const std::vector<Entry>& names);

    std::vector<Slot> slots_;
    std::uint64_t seed_ = 0;
};

// One thread.
class NameMemory {
public:
    explicit NameMemory(const NameIndex& index) : index_(index) {}

    // As NameIndex::find, for the name of member number `place` of a record.
    int find(std::string_view name, std::size_t place);

private:
    static constexpr std::size_t places_max = 64;
    static constexpr std::size_t name_bytes_max = 30;
    struct Seen {
        std::uint8_t size = 0;
        char bytes[name_bytes_max];
        int field = -1;
        bool set = false;
    };

    const NameIndex& index_;
    std::array<Seen, places_max> seen_{};
};

}  // namespace tradewind::contract
