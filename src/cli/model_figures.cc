#include "cli/model_figures.h"

#include <cstdio>

namespace tradewind::cli {

std::string figure(const json::Value& values, const std::string& name) {
    const json::Value* value = values.find(name);
    const auto number = value == nullptr ? Result<double>(0.0) : value->as_double();
    if (value == nullptr || !number.ok()) return "";
    char text[32];
    std::snprintf(text, sizeof(text), "%.4f", *number);
    return text;
}

}  // namespace tradewind::cli
