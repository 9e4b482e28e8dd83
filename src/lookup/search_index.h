// One version of a table that is searched: its rows, and which of them have which words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lookup/table_rows.h"

namespace tradewind::lookup {

// What is looked for, folded and cut into words.
struct Question {
    std::string text;    // as it was asked, without spaces around it
    std::string folded;  // the same folded; `words` lie in it
    std::vector<std::string_view> words;
};

class SearchIndex {
public:
    // In the order of rows_sql(): best first, which is the order of rows that match equally well.
    void add(const TableRow& row);
    void end();

    std::size_t rows() const { return rows_.size(); }
    const std::string& key(std::uint32_t row) const { return rows_[row].key; }
    const std::string& members(std::uint32_t row) const { return rows_[row].members; }

    struct Found {
        std::uint32_t row = 0;
        int by_key = 0;  // 3: as it stands, 2: folded, 1: it begins so, 0: by words
        float score = 0;
    };
    // All that match; the first `sorted` of them are the best, in order.
    std::vector<Found> find(const Question& question, std::size_t sorted) const;

private:
    struct Row {
        std::string key;
        std::string folded_key;
        std::string members;
        std::uint32_t words = 0;
    };
    struct Posting {
        std::uint32_t row;
        std::uint32_t count;
    };
    class Scores;

    void count_words(std::string_view folded);
    std::size_t first_term(std::string_view word) const;
    void add_keys(const Question& question, std::vector<int>& by_key) const;

    std::vector<Row> rows_;
    std::vector<std::uint32_t> by_key_;  // rows, by their folded key
    std::vector<std::string> terms_;     // sorted, once it has ended
    std::vector<std::vector<Posting>> postings_;
    std::unordered_map<std::string, std::uint32_t> numbers_;  // of terms, until then
    float mean_words_ = 1;
};

}  // namespace tradewind::lookup
