#include "learn/xgboost_handles.h"

#include <algorithm>

namespace tradewind::learn {

void be_quiet() {
    XGBSetGlobalConfig(R"({"verbosity": 0})");
}

// Its message goes on with a stack trace: the first line tells.
Result<void> called(int outcome, ErrorCode code, const char* doing) {
    if (outcome == 0) return {};
    const std::string message = XGBGetLastError();
    const std::size_t end = std::min(message.find('\n'), message.find("Stack trace"));
    return Error(code, doing).with_detail("XGBoost says: " + message.substr(0, end));
}

std::string array_interface(const FeatureBlock& block) {
    constexpr std::size_t bytes = sizeof(float);
    return R"({"version": 3, "typestr": "<f4", "data": [)" +
           std::to_string(reinterpret_cast<std::uintptr_t>(block.values)) +
           ", true], \"shape\": [" + std::to_string(block.rows) + ", " +
           std::to_string(block.columns) + "], \"strides\": [" +
           std::to_string(block.row_stride * bytes) + ", " +
           std::to_string(block.column_stride * bytes) + "]}";
}

Result<Booster> new_booster(const std::vector<DMatrixHandle>& matrices) {
    BoosterHandle handle = nullptr;
    const int made = XGBoosterCreate(matrices.data(), matrices.size(), &handle);
    Booster booster(handle);
    TRY(called(made, ErrorCode::InvalidArgument, "cannot begin with trees"));
    return booster;
}

Result<void> name_features(const Booster& booster, const std::vector<std::string>& names) {
    std::vector<const char*> texts;
    for (const std::string& name : names) texts.push_back(name.c_str());
    return called(
        XGBoosterSetStrFeatureInfo(booster.get(), "feature_name", texts.data(), texts.size()),
        ErrorCode::InvalidArgument,
        "cannot name the features"
    );
}

}  // namespace tradewind::learn
