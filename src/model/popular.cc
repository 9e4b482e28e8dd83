#include "model/popular.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/text.h"
#include "model/evaluation.h"

namespace tradewind::model {

namespace {

constexpr std::size_t popular_kept = 200;

void replace(std::string& text, std::string_view what, const std::string& by) {
    const std::size_t at = text.find(what);
    if (at != std::string::npos) text.replace(at, what.size(), by);
}

// Whole numbers as such, others with one digit.
std::string short_number(double value) {
    if (std::fabs(value - std::round(value)) < 0.05)
        return format_count(static_cast<std::int64_t>(std::llround(value)));
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

// A JSON string a line.
std::string lines_of(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& one : list) {
        json::append_string(text, one);
        text += '\n';
    }
    return text;
}

Result<std::vector<std::string>> lines_from(const std::string& text) {
    std::vector<std::string> list;
    for (const std::string& line : split(text, '\n')) {
        if (!line.empty()) list.push_back(TRY(json::parse(line)).text());
    }
    return list;
}

Result<const std::string*> file_of(const StoredVersion& version, const std::string& name) {
    const auto found = version.files.find(name);
    if (found == version.files.end())
        return Error(ErrorCode::Corruption, "the version has no file " + name);
    return &found->second;
}

}  // namespace

std::vector<learn::ScoredItem> popular_items(const Shop& shop, std::size_t count) {
    const learn::Baskets& baskets = shop.baskets;
    std::vector<float> counts(shop.items.size(), 0);
    for (std::size_t basket = 0; basket < baskets.basket_count(); ++basket)
        for (const learn::Item item : baskets.items(basket)) counts[item] += 1;
    std::vector<learn::ScoredItem> items;
    const auto all = static_cast<float>(std::max<std::size_t>(baskets.basket_count(), 1));
    for (std::size_t item = 0; item < counts.size(); ++item) {
        if (counts[item] > 0 && shop.offered[item] != 0)
            items.push_back({static_cast<learn::Item>(item), counts[item] / all});
    }
    learn::keep_best(items, count);
    return items;
}

json::Value popular_json(const std::vector<learn::ScoredItem>& items) {
    json::Value list = json::Value::array();
    for (const learn::ScoredItem& one : items) {
        json::Value& entry = list.add(json::Value::object());
        entry.set("item", static_cast<std::int64_t>(one.item));
        entry.set("score", number(one.score));
    }
    return list;
}

Result<std::vector<learn::ScoredItem>> popular_from(const json::Value& card, std::size_t items) {
    std::vector<learn::ScoredItem> popular;
    const json::Value* list = card.find("popular");
    for (const json::Value& one : list ? list->items() : std::vector<json::Value>()) {
        const std::int64_t item = one.integer_or("item", -1);
        const json::Value* score = one.find("score");
        if (item < 0 || static_cast<std::size_t>(item) >= items || score == nullptr)
            return Error(ErrorCode::Corruption, "the version's list of popular items is damaged");
        popular.push_back({
            static_cast<learn::Item>(item), static_cast<float>(TRY(score->as_double()))
        });
    }
    return popular;
}

std::string reason_text(const std::string& words, double value, const std::string& name) {
    std::string text = words;
    replace(text, "{percent}", std::to_string(std::lround(value * 100)) + " %");
    const std::string number = short_number(value);
    replace(text, "{value}", number);
    replace(text, "{s}", number == "1" ? "" : "s");
    replace(text, "{name}", name);
    return text;
}

void keep_known(const Training& training, Learnt& learnt) {
    const Shop& shop = training.shop;
    learnt.files["users.txt"] = shop.users.to_text();
    learnt.files["items.txt"] = shop.items.to_text();
    learnt.files["names.txt"] = lines_of(shop.names);
    learnt.files["offered.bin"] = std::string(shop.offered.begin(), shop.offered.end());
    learnt.facts.set("popular", popular_json(popular_items(shop, popular_kept)));
    learnt.facts.set("users", static_cast<std::int64_t>(shop.users.size()));
    learnt.facts.set("items", static_cast<std::int64_t>(shop.items.size()));
    learnt.facts.set("baskets", static_cast<std::int64_t>(shop.baskets.basket_count()));
    learnt.facts.set("lines", static_cast<std::int64_t>(shop.baskets.line_count()));
}

Result<Known> Known::from(const StoredVersion& version) {
    Known known;
    known.users = TRY(Codes::from_text(*TRY(file_of(version, "users.txt"))));
    known.items = TRY(Codes::from_text(*TRY(file_of(version, "items.txt"))));
    known.names = TRY(lines_from(*TRY(file_of(version, "names.txt"))));
    const std::string& offered = *TRY(file_of(version, "offered.bin"));
    known.offered.assign(offered.begin(), offered.end());
    known.popular = TRY(popular_from(version.card, known.items.size()));
    if (known.names.size() == known.items.size() && offered.size() == known.items.size())
        return known;
    return Error(ErrorCode::Corruption, "the version's items and their names do not fit");
}

Recommendations Known::answer(const ModelSpec& spec, std::int64_t version) const {
    Recommendations answer;
    answer.package = spec.package;
    answer.model = spec.name;
    answer.version = version;
    answer.items_are_numbers = items.numbers();
    answer.users_are_numbers = users.numbers();
    return answer;
}

Recommendation Known::entry(std::uint32_t item, double score, std::string reason) const {
    return {items.id(item), names[item], score, std::move(reason)};
}

void Known::add_popular(
    Recommendations& answer, std::size_t limit, const std::vector<std::uint32_t>& without
) const {
    for (const learn::ScoredItem& one : popular) {
        if (answer.list.size() >= limit) return;
        if (std::ranges::find(without, one.item) != without.end()) continue;
        const bool there = std::ranges::any_of(answer.list, [&](const Recommendation& known) {
            return known.item == items.id(one.item);
        });
        if (there) continue;
        answer.list.push_back(entry(
            one.item, one.score, reason_text("popular: in {percent} of all baskets", one.score)
        ));
    }
}

Result<std::vector<std::uint32_t>> Known::codes_of(const std::vector<std::string>& wanted) const {
    std::vector<std::uint32_t> codes;
    for (const std::string& item : wanted) {
        const auto code = items.find(item);
        if (!code) return Error(ErrorCode::NotFound, "there is no product " + item);
        codes.push_back(*code);
    }
    return codes;
}

}  // namespace tradewind::model
