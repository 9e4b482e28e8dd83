#include "learn/forest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/check.h"

namespace tradewind::learn {

namespace {

// Rows whose features fit the nearest cache, and rows that walk at once: while one waits for its
// node, the others go on.
constexpr std::size_t tile_rows = 64;
constexpr std::size_t rows_at_once = 8;
constexpr std::size_t part_rows = 4096;

Error damaged(const char* what) {
    return Error(ErrorCode::Corruption, "a tree of the model is damaged").with_detail(what);
}

Result<double> number_of(const json::Value& node, std::string_view name) {
    const json::Value* value = node.find(name);
    if (value == nullptr) return damaged("A node lacks a number.");
    return value->as_double();
}

}  // namespace

Result<void> Forest::add(const json::Value& root) {
    Tree tree{static_cast<std::uint32_t>(nodes_.size()), 0};
    nodes_.emplace_back();
    trees_.push_back(tree);
    return fill(tree.root, root, 0);
}

Result<void> Forest::fill(std::uint32_t at, const json::Value& from, int depth) {
    trees_.back().depth = std::max(trees_.back().depth, depth);
    if (from.find("leaf") == nullptr) return fill_split(at, from, depth);
    Node& leaf = nodes_[at];
    leaf.threshold = std::numeric_limits<float>::quiet_NaN();
    leaf.left = at;
    leaf.value = static_cast<float>(TRY(number_of(from, "leaf")));
    return {};
}

Result<void> Forest::fill_split(std::uint32_t at, const json::Value& from, int depth) {
    const std::string column = from.text_or("split", "");
    std::size_t number = 0;
    const auto parsed = std::from_chars(column.data(), column.data() + column.size(), number);
    if (parsed.ec != std::errc() || number >= columns_)
        return damaged("It asks an unknown column.");
    const std::int64_t yes = from.integer_or("yes", -1);
    const json::Value* children = from.find("children");
    if (children == nullptr || children->items().size() != 2)
        return damaged("A node has not two children.");
    const auto left = static_cast<std::uint32_t>(nodes_.size());
    nodes_.resize(nodes_.size() + 2);
    Node& node = nodes_[at];
    node.threshold = static_cast<float>(TRY(number_of(from, "split_condition")));
    node.left = left;
    node.column = static_cast<std::uint16_t>(number);
    node.missing_goes_right = from.integer_or("missing", -1) == yes ? 0 : 1;
    gains_[number] += TRY(number_of(from, "gain"));
    const bool yes_first = children->items()[0].integer_or("nodeid", -1) == yes;
    TRY(fill(left, children->items()[yes_first ? 0 : 1], depth + 1));
    return fill(left + 1, children->items()[yes_first ? 1 : 0], depth + 1);
}

std::vector<double> Forest::importance() const {
    const double total = std::accumulate(gains_.begin(), gains_.end(), 0.0);
    std::vector<double> out = gains_;
    if (total > 0)
        for (double& gain : out) gain /= total;
    return out;
}

float Forest::outcome(float margin) const {
    return logistic_ ? 1.0f / (1.0f + std::exp(-margin)) : margin;
}

float Forest::predict_row(std::span<const float> features) const {
    CHECK(features.size() == columns_);
    float margin = base_;
    for (const Tree& tree : trees_) {
        std::uint32_t at = tree.root;
        for (int step = 0; step < tree.depth; ++step)
            at = nodes_[at].next(features[nodes_[at].column]);
        margin += nodes_[at].value;
    }
    return outcome(margin);
}

void Forest::predict_tile(const FeatureBlock& rows, Span span, float* tile, std::span<float> out)
    const {
    const std::size_t count = span.end - span.begin;
    for (std::size_t column = 0; column < columns_; ++column)
        for (std::size_t row = 0; row < count; ++row)
            tile[row * columns_ + column] = rows.at(span.begin + row, column);
    std::array<float, tile_rows> margins;
    margins.fill(base_);
    for (const Tree& tree : trees_) {
        for (std::size_t first = 0; first < count; first += rows_at_once) {
            const float* features = tile + first * columns_;
            std::array<std::uint32_t, rows_at_once> at;
            at.fill(tree.root);
            for (int step = 0; step < tree.depth; ++step)
                for (std::size_t i = 0; i < rows_at_once; ++i)
                    at[i] = nodes_[at[i]].next(features[i * columns_ + nodes_[at[i]].column]);
            for (std::size_t i = 0; i < rows_at_once; ++i)
                margins[first + i] += nodes_[at[i]].value;
        }
    }
    for (std::size_t row = 0; row < count; ++row) out[span.begin + row] = outcome(margins[row]);
}

Result<void> Forest::predict(const FeatureBlock& rows, std::span<float> out, const Work& work)
    const {
    CHECK(rows.rows == 0 || rows.columns == columns_);
    CHECK(out.size() == rows.rows);
    return for_each_part(work, part_count(rows.rows, part_rows), [&](std::size_t part) {
        std::vector<float> tile(tile_rows * std::max<std::size_t>(columns_, 1));
        const Span span = part_of(part, rows.rows, part_rows);
        for (std::size_t begin = span.begin; begin < span.end; begin += tile_rows)
            predict_tile(rows, {begin, std::min(begin + tile_rows, span.end)}, tile.data(), out);
    });
}

}  // namespace tradewind::learn
