#include "pipeline/batches.h"

#include "base/text.h"

namespace tradewind::pipeline {

Batches Batches::from(const lake::Version& version) {
    Batches batches;
    const json::Value* stored = version.extra.find("batches");
    if (stored == nullptr) return batches;
    for (const auto& [number, inputs] : stored->members()) {
        const auto key = parse_integer(number);
        if (!key) continue;
        for (const json::Value& input : inputs.items()) batches.batches_[*key].insert(input.text());
    }
    return batches;
}

json::Value Batches::to_json() const {
    std::vector<std::pair<std::string, json::Value>> members;
    for (const auto& [number, inputs] : batches_) {
        json::Value list = json::Value::array();
        for (const std::string& input : inputs) list.add(json::Value::string(input));
        members.emplace_back(std::to_string(number), std::move(list));
    }
    json::Value stored = json::Value::object();
    stored.set_members(std::move(members));
    return stored;
}

std::int64_t Batches::add(std::set<std::string> inputs) {
    const std::int64_t number = batches_.empty() ? 1 : batches_.rbegin()->first + 1;
    batches_[number] = std::move(inputs);
    return number;
}

// A batch that nothing is left of stays, empty, as long as output files name it.
void Batches::remove_input(const std::string& input) {
    for (auto& [number, inputs] : batches_) inputs.erase(input);
}

std::set<std::int64_t> batches_of(const lake::DataFile& file) {
    std::set<std::int64_t> batches;
    const json::Value* list = file.extra.find("batches");
    if (list == nullptr) return batches;
    for (const json::Value& number : list->items()) {
        const auto value = number.as_integer();
        if (value.ok()) batches.insert(*value);
    }
    return batches;
}

json::Value batch_list(const std::set<std::int64_t>& batches) {
    json::Value list = json::Value::array();
    for (const std::int64_t batch : batches) list.add(json::Value::number(batch));
    return list;
}

}  // namespace tradewind::pipeline
