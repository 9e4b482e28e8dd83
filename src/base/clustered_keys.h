// Is any key of whole numbers there twice? Told in one pass where rows with the same first number
// lie together, as the lines of an order do: a bit says that a first number was come by, and within
// one the others are compared. They may be cut in two where a piece of rows ends: rows at both ends
// of a piece are kept until all pieces are there, so that these may come in any order. Rows that
// lie otherwise are found to, and somebody else has to look.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tradewind {

class ClusteredKeys {
public:
    enum class Finding { Different, Twice, Unclear };

    // Keys of so many numbers, one at least.
    explicit ClusteredKeys(std::size_t width);

    // The next piece of rows: a column for each number of the key. False: what is found will not
    // change.
    bool add(std::span<const std::int64_t* const> columns, std::size_t rows);
    // Unclear: rows of a first number lie apart, or it is negative, or too large for a bit. Once.
    Finding finish();

private:
    using Columns = std::span<const std::int64_t* const>;
    bool add_within(Columns columns, std::size_t begin, std::size_t end);
    bool keep_ends(Columns columns, std::size_t begin, std::size_t end);
    bool begin_cluster(std::int64_t first);
    bool add_rest(Columns columns, std::size_t row);
    void grow();
    std::uint64_t hash(const std::int64_t* rest) const;
    bool settle(Finding finding) {
        finding_ = finding;
        return false;
    }

    const std::size_t rest_width_;
    Finding finding_ = Finding::Different;
    std::vector<std::uint64_t> seen_;  // a bit for each first number
    std::vector<std::int64_t> rests_;  // of the cluster's rows, one after another
    std::size_t rows_ = 0;             // of the cluster
    // Places in `rests_` by hash; those of an earlier cluster count as free.
    struct Slot {
        std::uint64_t cluster = 0;
        std::size_t row = 0;
    };
    std::vector<Slot> slots_;
    std::uint64_t cluster_ = 0;
    std::vector<std::int64_t> ends_;  // keys at the ends of pieces, one after another
};

}  // namespace tradewind
