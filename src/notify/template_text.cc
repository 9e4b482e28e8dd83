#include "notify/template_text.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/time.h"

namespace tradewind::notify {

namespace {

Error broken(const std::string& what) {
    return Error(ErrorCode::InvalidArgument, what)
        .with_hint("Write {name} for what a notice knows, and {{ or }} for a brace.");
}

// Calls `literal` and `name` for what the text consists of, in order.
Result<void> walk(
    std::string_view text,
    const std::function<void(std::string_view)>& literal,
    const std::function<Result<void>(const std::string&)>& name
) {
    while (!text.empty()) {
        const std::size_t brace = text.find_first_of("{}");
        literal(text.substr(0, brace));
        if (brace == std::string_view::npos) return {};
        const char which = text[brace];
        text.remove_prefix(brace + 1);
        if (!text.empty() && text.front() == which) {
            literal(text.substr(0, 1));
            text.remove_prefix(1);
            continue;
        }
        const std::size_t end = text.find_first_of("{}");
        if (which == '}' || end == std::string_view::npos || text[end] == '{')
            return broken("a brace without its other in a template");
        TRY(name(std::string(text.substr(0, end))));
        text.remove_prefix(end + 1);
    }
    return {};
}

Result<void> check_name(const std::string& name) {
    const std::vector<std::string_view> known(std::begin(template_names), std::end(template_names));
    if (std::ranges::find(known, name) != known.end()) return {};
    Error error(ErrorCode::InvalidArgument, "no notice knows {" + name + "}");
    if (const auto near = nearest(name, known))
        return std::move(error).with_hint("Did you mean {" + *near + "}?");
    std::string all;
    for (const std::string_view one : known) all += (all.empty() ? "" : ", ") + std::string(one);
    return std::move(error).with_hint("Known are: " + all + ".");
}

}  // namespace

Result<void> check_template(std::string_view text) {
    return walk(text, [](std::string_view) {}, check_name);
}

std::string fill_template(std::string_view text, const std::map<std::string, std::string>& values) {
    std::string filled;
    MUST(walk(
        text,
        [&](std::string_view literal) { filled += literal; },
        [&](const std::string& name) -> Result<void> {
            const auto value = values.find(name);
            if (value != values.end()) filled += value->second;
            return {};
        }
    ));
    return filled;
}

std::map<std::string, std::string> template_values(const Notice& notice) {
    std::map<std::string, std::string> values = notice.facts;
    values["package"] = notice.package;
    values["kind"] = notice.kind;
    values["subject"] = notice.subject;
    values["title"] = notice.title;
    values["text"] = notice.text;
    values["at"] = format_iso(notice.at);
    return values;
}

}  // namespace tradewind::notify
