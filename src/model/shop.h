// What a model knows of users and items: codes for their ids, names, and who bought what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "learn/learn.h"
#include "model/pinned_tables.h"

namespace tradewind::model {

// Ids and their codes, 0 … size - 1. Ids are texts as a person writes them.
class Codes {
public:
    Codes() = default;
    Codes(std::vector<std::string> ids, bool numbers);
    Codes(Codes&&) = default;
    Codes& operator=(Codes&&) = default;
    Codes(const Codes&) = delete;
    Codes& operator=(const Codes&) = delete;

    std::size_t size() const { return ids_.size(); }
    const std::string& id(std::uint32_t code) const { return ids_[code]; }
    // As it is written, or with ".0" behind a whole number.
    std::optional<std::uint32_t> find(std::string_view id) const;
    bool numbers() const { return numbers_; }

    // One line each; what the registry keeps.
    std::string to_text() const;
    static Result<Codes> from_text(const std::string& text);

private:
    std::vector<std::string> ids_;
    bool numbers_ = false;
    // Views of ids_, which does not change.
    std::unordered_map<std::string_view, std::uint32_t> codes_;
};

struct Shop {
    Codes users;
    Codes items;
    std::vector<std::string> names;     // of items; empty: not known
    std::vector<std::uint8_t> offered;  // is the item one that can be bought still?
    // Of items, for each of the groupings that the model's file names: a group's code.
    std::vector<std::vector<std::uint32_t>> groups;
    std::vector<std::string> group_names;
    learn::Baskets baskets;
};

// Ids that a person may have typed are no longer than that.
constexpr std::size_t id_bytes_max = 256;
// Lines of one basket that count; what comes after is no shopper's.
constexpr std::size_t basket_lines_max = 10'000;

// Codes in the work's tables learning.user_codes and learning.item_codes (code BIGINT, id), and the
// baskets. Users and items without an id are left out. InvalidArgument: a column that is not there.
Result<Shop> read_shop(PinnedTables& tables, const ModelSpec& spec);

}  // namespace tradewind::model
