// A check as one text: two that say the same have the same.
#pragma once

#include <string>

#include "quality/quality.h"

namespace tradewind::pipeline {

std::string text_of(const quality::Check& check);

}  // namespace tradewind::pipeline
