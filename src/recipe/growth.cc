#include "recipe/growth.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace tradewind::recipe {

namespace {

bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c & 0x80) != 0;
}

// Walks over the names of a statement that this room wrote; texts and operators are passed by.
class Walk {
public:
    Walk(std::string_view body, const ColumnWeights& before)
        : body_(body), before_(before), after_(before) {}

    ColumnWeights run() {
        while (at_ < body_.size()) step();
        return std::move(after_);
    }

private:
    void step() {
        const char c = body_[at_];
        if (c == '\'') {
            quoted();
        } else if (c == '"') {
            name(to_lower_ascii(quoted()));
        } else if (is_word(c)) {
            const std::size_t begin = at_;
            while (at_ < body_.size() && is_word(body_[at_])) ++at_;
            word(to_lower_ascii(body_.substr(begin, at_ - begin)));
        } else {
            if (c == '(') ++depth_;
            if (c == ')' && depth_ > 0) --depth_;
            if (c == ',' && in_list()) weight_ = 0;
            ++at_;
        }
    }

    bool in_list() const { return !lists_.empty() && lists_.back() == depth_; }

    // What stands in quotes, past them.
    std::string quoted() {
        const char quote = body_[at_];
        std::string text;
        for (++at_; at_ < body_.size(); ++at_) {
            if (body_[at_] == quote) {
                if (at_ + 1 >= body_.size() || body_[at_ + 1] != quote) break;
                ++at_;
            }
            text += body_[at_];
        }
        ++at_;
        return text;
    }

    void word(const std::string& text) {
        after_as_ = text == "as";
        if (text == "select") {
            lists_.push_back(depth_);
            weight_ = 0;
        } else if (text == "from" && in_list()) {
            lists_.pop_back();
        } else if (before_.contains(text)) {
            weight_ += before_.at(text);
        }
    }

    void name(const std::string& text) {
        if (after_as_ && in_list()) {
            after_[text] = std::max(weight_, 1.0);
            weight_ = 0;
        } else {
            const auto known = before_.find(text);
            weight_ += known == before_.end() ? 1 : known->second;
        }
        after_as_ = false;
    }

    std::string_view body_;
    const ColumnWeights& before_;
    ColumnWeights after_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::vector<int> lists_;  // depths of the SELECT lists that we are in
    double weight_ = 0;       // of the names since the last comma of the list
    bool after_as_ = false;
};

}  // namespace

ColumnWeights weights_after(std::string_view body, const ColumnWeights& before) {
    return Walk(body, before).run();
}

}  // namespace tradewind::recipe
