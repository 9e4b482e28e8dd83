// One way in which a contract lets times be written, compiled once: reading allocates nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace tradewind::contract {

class TimeFormat {
public:
    // "iso", "excel_serial" or a strptime-like format (base/time.h) that names a year, a month and
    // a day. InvalidArgument otherwise.
    static Result<TimeFormat> compile(const std::string& text);

    const std::string& text() const { return text_; }
    // False: the text does not match, or no such time exists. A text without zone is UTC.
    bool read(std::string_view text, Timestamp& out) const;

private:
    enum class Kind { Iso, ExcelSerial, Layout, Other };
    // A specifier's letter, or 0 and the literal character that must stand there.
    struct Step {
        char specifier;
        char literal;
    };

    bool read_layout(std::string_view text, Timestamp& out) const;

    Kind kind_ = Kind::Iso;
    std::string text_;
    std::vector<Step> steps_;
};

}  // namespace tradewind::contract
