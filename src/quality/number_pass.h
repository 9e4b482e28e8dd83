// Checks of whole numbers that hold, told by one pass over all of a table's rows: each alone would
// read them again. What does not hold, or cannot be told so, is left to SQL, which counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "quality/number_claim.h"

namespace tradewind::quality {

// A claim while rows come by: false once it is broken, or cannot be told.
class NumberTest {
public:
    virtual ~NumberTest() = default;
    virtual bool take(const std::vector<engine::IntegerColumn>& columns, std::size_t rows) = 0;
    // After the last: does it hold?
    virtual bool finish() { return true; }
};

class NumberPass {
public:
    // `from`: the table as a statement names it.
    NumberPass(engine::Work& work, std::string from) : work_(work), from_(std::move(from)) {}

    // Its number.
    std::size_t add(const NumberClaim& claim);
    // Would one of them have to read the rows for itself?
    bool worth_it() const { return worth_it_; }
    Result<void> run();

    // After run(). Nothing: it stopped before the end, as no claim was left.
    std::optional<std::int64_t> row_count() const { return row_count_; }
    bool holds(std::size_t claim) const { return row_count_ && claims_[claim].test != nullptr; }

private:
    struct Running {
        NumberClaim claim;
        std::vector<std::size_t> columns;  // places in columns_
        std::unique_ptr<NumberTest> test;  // null: it does not hold
    };
    Result<void> begin();
    // False: no claim is left.
    bool take(const engine::IntegerChunk& chunk);

    engine::Work& work_;
    const std::string from_;
    std::vector<std::string> columns_;
    std::vector<Running> claims_;
    std::optional<std::int64_t> row_count_;
    bool worth_it_ = false;
};

}  // namespace tradewind::quality
