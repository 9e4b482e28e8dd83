// The adapter of RE2: its headers are included here only.
#include "contract/pattern.h"

#include <re2/re2.h>

#include "base/limits.h"

namespace tradewind::contract {

namespace {

class Re2Pattern : public Pattern {
public:
    Re2Pattern(const std::string& text, const RE2::Options& options)
        : text_(text), expression_(text, options) {}

    const RE2& expression() const { return expression_; }
    const std::string& text() const override { return text_; }
    bool found_in(std::string_view text) const override {
        return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression_);
    }

private:
    std::string text_;
    RE2 expression_;
};

}  // namespace

Result<std::shared_ptr<const Pattern>> Pattern::compile(const std::string& text) {
    if (text.size() > limits::pattern_bytes_max) {
        return Error(
            ErrorCode::InvalidArgument,
            "the pattern is longer than " + std::to_string(limits::pattern_bytes_max) + " bytes"
        );
    }
    RE2::Options options;
    options.set_log_errors(false);
    auto pattern = std::make_shared<Re2Pattern>(text, options);
    if (!pattern->expression().ok()) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "not a regular expression: " + pattern->expression().error()
        )
            .with_hint("Patterns follow RE2's syntax: no look-around, no back-references.");
    }
    return std::shared_ptr<const Pattern>(std::move(pattern));
}

}  // namespace tradewind::contract
