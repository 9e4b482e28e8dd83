// What little of XML the parts of a workbook need: tags, their attributes, texts.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tradewind::engine {

// `&amp;` and the like become characters.
std::string unescape_xml(std::string_view text);

// The value of ` name="…"` in a tag, as it stands there; empty: it has none.
std::string_view attribute(std::string_view tag, std::string_view name);

// The name of a tag without its namespace's prefix; empty of one that closes.
std::string_view tag_name(std::string_view tag);
// Is it `</name>`?
bool closes(std::string_view tag, std::string_view name);

// Every `<…>` of a text, without its brackets, in order.
void for_each_tag(std::string_view xml, const std::function<void(std::string_view tag)>& f);

}  // namespace tradewind::engine
