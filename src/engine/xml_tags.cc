#include "engine/xml_tags.h"

#include <algorithm>
#include <iterator>

namespace tradewind::engine {

namespace {

struct Entity {
    std::string_view name;
    std::string_view text;
};
constexpr Entity entities[] = {
    {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}
};

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

}  // namespace

std::string unescape_xml(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto entity =
            std::find_if(std::begin(entities), std::end(entities), [&](const Entity& e) {
                return text.starts_with(e.name);
            });
        if (entity != std::end(entities)) {
            out += entity->text;
            text.remove_prefix(entity->name.size());
        } else {
            out.push_back(text.front());
            text.remove_prefix(1);
        }
    }
    return out;
}

std::string_view attribute(std::string_view tag, std::string_view name) {
    for (std::size_t at = tag.find(name); at != std::string_view::npos;
         at = tag.find(name, at + 1)) {
        const std::size_t quote_at = at + name.size() + 1;
        const bool here = at > 0 && is_space(tag[at - 1]) && quote_at < tag.size() &&
                          tag[quote_at - 1] == '=' &&
                          (tag[quote_at] == '"' || tag[quote_at] == '\'');
        if (!here) continue;
        const std::size_t end = tag.find(tag[quote_at], quote_at + 1);
        return tag.substr(quote_at + 1, end == std::string_view::npos ? 0 : end - quote_at - 1);
    }
    return {};
}

std::string_view tag_name(std::string_view tag) {
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool closes(std::string_view tag, std::string_view name) {
    return tag.starts_with('/') && tag_name(tag.substr(1)) == name;
}

void for_each_tag(std::string_view xml, const std::function<void(std::string_view tag)>& f) {
    for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
        const std::size_t end = xml.find('>', at);
        if (end == std::string_view::npos) return;
        f(xml.substr(at + 1, end - at - 1));
        at = end;
    }
}

}  // namespace tradewind::engine
