// Reads one entry of `checks:` into one check, or one for each of its columns.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "quality/kinds.h"
#include "quality/quality.h"

namespace tradewind::quality {

// One entry: the kind's own parameters, and those beside it.
class EntryReader {
public:
    explicit EntryReader(const yaml::Node& entry) : entry_(entry) {}

    Result<std::vector<Check>> read();

private:
    Result<void> find_kind();
    Result<void> allow_keys() const;
    // A parameter, wherever it stands.
    yaml::Node get(std::string_view name) const;
    Result<std::string> text_or_empty(std::string_view name) const;
    Error missing(std::string_view name) const;

    Result<void> read_common(Check& check) const;
    Result<void> read_short_form(Check& check) const;
    Result<void> read_columns(Check& check) const;
    Result<void> read_kind(Check& check) const;
    Result<void> read_values(Check& check) const;
    Result<void> read_bound(Check& check) const;
    Result<void> read_regex(Check& check) const;
    Result<void> read_relationship(Check& check) const;
    Result<void> read_row_count(Check& check) const;
    Result<void> read_type(Check& check) const;
    Result<void> read_age(Check& check) const;
    Result<void> read_drift(Check& check) const;
    Result<void> read_model(Check& check) const;
    Result<void> read_sum(Check& check) const;
    Result<void> read_other_table(std::string_view key, Check& check) const;
    Result<void> read_tolerance(Check& check) const;
    Result<Literal> literal(const yaml::Node& node) const;
    Result<Literal> number(const yaml::Node& node) const;

    const yaml::Node& entry_;
    const KindSpec* spec_ = nullptr;
    yaml::Node parameters_;
};

}  // namespace tradewind::quality
