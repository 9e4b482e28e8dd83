// The table of all settings: what tradewind.yml and the environment may say.
#pragma once

#include <string_view>
#include <vector>

#include "app/setting_value.h"

namespace tradewind::app {

struct Setting {
    std::string_view section;
    std::string_view key;
    std::string_view default_text;  // as a user may write it
    std::string_view meaning;
    Setter set;
};

// In the order of tradewind.yml; the settings of a section stand together.
const std::vector<Setting>& all_settings();

// The part of them that stands in settings_outward.cc.
std::vector<Setting> outward_settings();

}  // namespace tradewind::app
