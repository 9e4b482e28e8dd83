#include "lookup/search_index.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/text.h"
#include "lookup/folded_text.h"

namespace tradewind::lookup {

namespace {

// BM25 as it is commonly set.
constexpr float saturation = 1.2F;
constexpr float length_weight = 0.75F;

float rarity(std::size_t rows, std::size_t with_word) {
    const auto all = static_cast<float>(rows);
    const auto with = static_cast<float>(with_word);
    return std::log(1 + (all - with + 0.5F) / (with + 0.5F));
}

bool has_digit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string key_of(std::string_view folded) {
    std::string key;
    for (const std::string_view word : words_of(folded)) key += word;
    return key;
}

}  // namespace

void SearchIndex::count_words(std::string_view folded) {
    const auto row = static_cast<std::uint32_t>(rows_.size() - 1);
    for (const std::string_view word : words_of(folded)) {
        const auto next = static_cast<std::uint32_t>(terms_.size());
        const auto [found, is_new] = numbers_.try_emplace(std::string(word), next);
        if (is_new) {
            terms_.emplace_back(word);
            postings_.emplace_back();
        }
        std::vector<Posting>& of = postings_[found->second];
        if (of.empty() || of.back().row != row) of.push_back({row, 0});
        ++of.back().count;
        ++rows_.back().words;
    }
}

void SearchIndex::add(const TableRow& row) {
    const std::string key = fold(row.key);
    rows_.push_back({row.key, key_of(key), std::string(row.members), 0});
    count_words(fold(row.text));
    const std::uint32_t words = rows_.back().words;
    count_words(key);  // it can be one of several words that are asked for
    rows_.back().words = words;
}

void SearchIndex::end() {
    std::vector<std::size_t> order(terms_.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, [&](auto a, auto b) { return terms_[a] < terms_[b]; });
    std::vector<std::string> terms;
    std::vector<std::vector<Posting>> postings;
    for (const std::size_t at : order) {
        terms.push_back(std::move(terms_[at]));
        postings.push_back(std::move(postings_[at]));
        postings.back().shrink_to_fit();
    }
    terms_ = std::move(terms);
    postings_ = std::move(postings);
    numbers_ = {};
    by_key_.resize(rows_.size());
    std::iota(by_key_.begin(), by_key_.end(), 0);
    std::ranges::stable_sort(by_key_, [&](auto a, auto b) {
        return rows_[a].folded_key < rows_[b].folded_key;
    });
    double words = 0;
    for (const Row& row : rows_) words += row.words;
    if (words > 0) mean_words_ = static_cast<float>(words / static_cast<double>(rows_.size()));
}

std::size_t SearchIndex::first_term(std::string_view word) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(terms_, word) - terms_.begin());
}

// What rows are worth while one word after the other is looked at.
class SearchIndex::Scores {
public:
    explicit Scores(const SearchIndex& of)
        : of_(of), score_(of.rows_.size(), 0), seen_(of.rows_.size(), 0) {}

    // A whole word: rows that had all before have it too, or fall behind.
    void add_word(std::string_view word) {
        const std::size_t term = of_.first_term(word);
        if (term < of_.terms_.size() && of_.terms_[term] == word) add(of_.postings_[term]);
        ++words_;
    }

    // The last word may be the beginning of one. The whole word counts more where it is rarer.
    void add_beginning(std::string_view word) {
        std::vector<std::uint32_t> counts(of_.rows_.size(), 0);
        std::vector<Posting> any;
        const std::size_t first = of_.first_term(word);
        std::size_t term = first;
        for (; term < of_.terms_.size() && of_.terms_[term].starts_with(word); ++term) {
            for (const Posting& posting : of_.postings_[term]) {
                if (counts[posting.row] == 0) any.push_back({posting.row, 0});
                counts[posting.row] += posting.count;
            }
        }
        for (Posting& posting : any) posting.count = counts[posting.row];
        add(any);
        if (term > first && of_.terms_[first] == word) prefer(of_.postings_[first], any.size());
        ++words_;
    }

    bool has_all(std::uint32_t row) const { return words_ > 0 && seen_[row] == words_; }
    float of(std::uint32_t row) const { return score_[row]; }

private:
    float worth(const Posting& posting, float rare) const {
        const auto count = static_cast<float>(posting.count);
        const float length = static_cast<float>(of_.rows_[posting.row].words) / of_.mean_words_;
        const float damping = saturation * (1 - length_weight + length_weight * length);
        return rare * count * (saturation + 1) / (count + damping);
    }

    void add(const std::vector<Posting>& postings) {
        const float rare = rarity(of_.rows_.size(), postings.size());
        for (const Posting& posting : postings) {
            if (seen_[posting.row] != words_) continue;
            ++seen_[posting.row];
            score_[posting.row] += worth(posting, rare);
        }
    }

    void prefer(const std::vector<Posting>& whole, std::size_t beginnings) {
        const float more =
            rarity(of_.rows_.size(), whole.size()) - rarity(of_.rows_.size(), beginnings);
        for (const Posting& posting : whole) score_[posting.row] += worth(posting, more);
    }

    const SearchIndex& of_;
    std::vector<float> score_;
    std::vector<std::uint32_t> seen_;  // so many words in turn
    std::uint32_t words_ = 0;
};

void SearchIndex::add_keys(const Question& question, std::vector<int>& by_key) const {
    const std::string key = key_of(question.folded);
    if (key.empty()) return;
    auto at = std::ranges::lower_bound(by_key_, key, {}, [&](std::uint32_t row) {
        return std::string_view(rows_[row].folded_key);
    });
    const bool beginnings = has_digit(key);  // "bag" means the word, not what has a code like BAG1
    for (; at != by_key_.end() && rows_[*at].folded_key.starts_with(key); ++at) {
        const Row& row = rows_[*at];
        if (row.key == question.text) {
            by_key[*at] = 3;
        } else if (row.folded_key == key) {
            by_key[*at] = 2;
        } else if (beginnings) {
            by_key[*at] = 1;
        }
    }
}

std::vector<SearchIndex::Found> SearchIndex::find(const Question& question, std::size_t sorted)
    const {
    std::vector<int> by_key(rows_.size(), 0);
    add_keys(question, by_key);
    Scores scores(*this);
    for (std::size_t i = 0; i < question.words.size(); ++i) {
        if (i + 1 < question.words.size()) {
            scores.add_word(question.words[i]);
        } else {
            scores.add_beginning(question.words[i]);
        }
    }
    std::vector<Found> found;
    for (std::uint32_t row = 0; row < rows_.size(); ++row) {
        if (by_key[row] > 0 || scores.has_all(row))
            found.push_back({row, by_key[row], scores.has_all(row) ? scores.of(row) : 0});
    }
    const auto end = found.begin() + static_cast<long>(std::min(sorted, found.size()));
    std::ranges::partial_sort(found, end, [](const Found& a, const Found& b) {
        if (a.by_key != b.by_key) return a.by_key > b.by_key;
        return a.score != b.score ? a.score > b.score : a.row < b.row;
    });
    return found;
}

}  // namespace tradewind::lookup
