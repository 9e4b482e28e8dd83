#include "pipeline/batches.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tradewind::pipeline {

namespace {

bool share_one(const std::set<std::int64_t>& one, const std::set<std::int64_t>& other) {
    return std::ranges::any_of(one, [&](std::int64_t number) { return other.contains(number); });
}

}  // namespace

Batches Batches::from(const lake::Version& version) {
    Batches batches;
    const json::Value* stored = version.extra.find("batches");
    if (stored == nullptr) return batches;
    batches.oldest_ = stored->integer_or("oldest", 0);
    for (const auto& [number, inputs] : stored->members()) {
        const auto key = parse_integer(number);
        if (!key) continue;
        auto& batch = batches.batches_[*key];
        for (const json::Value& input : inputs.items()) batch.insert(input.text());
    }
    return batches;
}

json::Value Batches::to_json() const {
    std::vector<std::pair<std::string, json::Value>> members;
    members.emplace_back("oldest", json::Value::number(oldest_));
    for (const auto& [number, inputs] : batches_) {
        json::Value list = json::Value::array();
        for (const std::string& input : inputs) list.add(json::Value::string(input));
        members.emplace_back(std::to_string(number), std::move(list));
    }
    json::Value stored = json::Value::object();
    stored.set_members(std::move(members));
    return stored;
}

std::int64_t Batches::batch_of(const std::string& input) const {
    for (const auto& [number, inputs] : batches_) {
        if (inputs.contains(input)) return number;
    }
    return oldest_;
}

std::set<std::int64_t> Batches::batches_of(const lake::DataFile& file) const {
    std::set<std::int64_t> batches;
    const json::Value* list = file.extra.find("batches");
    if (list == nullptr) return batches;
    for (const json::Value& number : list->items()) {
        const auto value = number.as_integer();
        if (value.ok()) batches.insert(std::max(*value, oldest_));
    }
    return batches;
}

std::vector<FilesTogether> Batches::files_of(
    const std::set<std::int64_t>& wanted, const std::vector<const lake::DataFile*>& files
) const {
    std::vector<FilesTogether> together;
    for (const lake::DataFile* file : files) {
        FilesTogether all{batches_of(*file), {file->path}};
        std::erase_if(together, [&](FilesTogether& other) {
            if (!share_one(all.batches, other.batches)) return false;
            all.batches.merge(other.batches);
            all.paths.merge(other.paths);
            return true;
        });
        together.push_back(std::move(all));
    }
    std::erase_if(together, [&](const auto& one) { return !share_one(one.batches, wanted); });
    return together;
}

std::set<std::string> Batches::inputs() const {
    std::set<std::string> all;
    for (const auto& [number, inputs] : batches_) all.insert(inputs.begin(), inputs.end());
    return all;
}

std::int64_t Batches::add(std::set<std::string> inputs) {
    const std::int64_t number = (batches_.empty() ? oldest_ : batches_.rbegin()->first) + 1;
    batches_[number] = std::move(inputs);
    return number;
}

// A batch that nothing is left of stays, empty, as long as output files name it.
void Batches::remove_input(const std::string& input) {
    for (auto& [number, inputs] : batches_) inputs.erase(input);
}

void Batches::fold(std::size_t batches_max, std::size_t files_max) {
    std::size_t files = 0;
    for (const auto& [number, inputs] : batches_) files += inputs.size();
    while (!batches_.empty() && (batches_.size() > batches_max || files > files_max)) {
        files -= batches_.begin()->second.size();
        oldest_ = batches_.begin()->first;
        batches_.erase(batches_.begin());
    }
}

json::Value batch_list(const std::set<std::int64_t>& batches) {
    json::Value list = json::Value::array();
    for (const std::int64_t batch : batches) list.add(json::Value::number(batch));
    return list;
}

}  // namespace tradewind::pipeline
