// What everybody buys: for users of whom nothing is known.
#pragma once

#include <string>
#include <vector>

#include "model/kinds.h"

namespace tradewind::model {

// Items by how many baskets of the last `days` they are in (0: of all time), most first; those that
// are not offered any more are left out.
std::vector<learn::ScoredItem> popular_items(const Shop& shop, std::size_t count);

// [{"item": …, "score": …}] for a version's card, and back. Corruption.
json::Value popular_json(const std::vector<learn::ScoredItem>& items);
Result<std::vector<learn::ScoredItem>> popular_from(const json::Value& card, std::size_t items);

// Words with {value}, {percent} or {name} filled in.
std::string reason_text(const std::string& words, double value, const std::string& name = "");

// What all kinds keep of a shop, and what they answer with.
struct Known {
    Codes users;
    Codes items;
    std::vector<std::string> names;
    std::vector<std::uint8_t> offered;
    std::vector<learn::ScoredItem> popular;

    static Result<Known> from(const StoredVersion& version);
    Recommendations answer(const ModelSpec& spec, std::int64_t version) const;
    Recommendation entry(std::uint32_t item, double score, std::string reason) const;
    // For a user of whom nothing is known; without these items.
    void add_popular(
        Recommendations& answer, std::size_t limit, const std::vector<std::uint32_t>& without
    ) const;
    // NotFound, with the item's name.
    Result<std::vector<std::uint32_t>> codes_of(const std::vector<std::string>& items) const;
};
void keep_known(const Training& training, Learnt& learnt);

}  // namespace tradewind::model
