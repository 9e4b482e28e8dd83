// The adapter to yaml-cpp: yaml::parse. It listens to the parser's events instead of walking
// yaml-cpp's tree, because only the events give the place of everything.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <unordered_set>

#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/yaml.h"
#include "base/yaml_data.h"

namespace tradewind::yaml {

namespace {

// Carries our own refusals out of yaml-cpp's callbacks; caught in parse() below.
struct Refused {
    Error error;
};

}  // namespace

class Builder : public YAML::EventHandler {
public:
    explicit Builder(std::string file) : file_(std::move(file)) {
        root_.data_ = make(Kind::Null, {});
    }

    Node take_root() { return std::move(root_); }
    // Where the last text begins that is not plain, with what stands before its quote.
    const YAML::Mark& last_quoted() const { return last_quoted_; }
    SourceLocation place(const YAML::Mark& mark) const {
        return {file_, mark.line + 1, mark.column + 1};
    }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (started_) refuse(mark, "only one document may stand in a file");
        started_ = true;
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        complete(make(Kind::Null, mark), anchor, mark);
    }
    void OnScalar(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        const std::string& value
    ) override {
        const bool text = tag == "!" || tag == "tag:yaml.org,2002:str";
        if (!text) allow_tag(tag, mark);
        if (text) last_quoted_ = mark;
        auto data = make(Kind::Scalar, mark);
        data->scalar = value;
        data->plain = !text;
        complete(data, anchor, mark);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto target = anchored_.find(anchor);
        if (target == anchored_.end()) refuse(mark, "an anchor's value cannot hold itself");
        attach(target->second, mark);
    }
    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value
    ) override {
        begin(Kind::Sequence, mark, tag, anchor);
    }
    void OnSequenceEnd() override { end(); }
    void OnMapStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value
    ) override {
        begin(Kind::Mapping, mark, tag, anchor);
    }
    void OnMapEnd() override { end(); }

private:
    using Data = Node::Data;

    // A sequence or mapping whose end has not come yet.
    struct Open {
        std::shared_ptr<Data> data;
        YAML::anchor_t anchor = 0;
        YAML::Mark mark;
        bool key_read = false;
        std::string key;
        SourceLocation key_place;
        std::unordered_set<std::string> keys;
    };

    std::shared_ptr<Data> make(Kind kind, const YAML::Mark& mark) const {
        auto data = std::make_shared<Data>();
        data->kind = kind;
        data->where = place(mark);
        return data;
    }

    [[noreturn]] void refuse(const YAML::Mark& mark, std::string message) const {
        Refused refused{Error(ErrorCode::InvalidArgument, std::move(message)).at(place(mark))};
        throw refused;  // NOLINT: out of the library's callback, caught in parse()
    }

    void allow_tag(const std::string& tag, const YAML::Mark& mark) const {
        if (!tag.empty() && tag != "?" && tag != "!")
            refuse(mark, "tags such as '" + tag + "' mean nothing here");
    }

    void begin(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        allow_tag(tag, mark);
        if (!open_.empty() && open_.back().data->kind == Kind::Mapping && !open_.back().key_read) {
            refuse(mark, "a key must be a plain text");
        }
        if (open_.size() >= static_cast<std::size_t>(limits::json_depth_max)) {
            refuse(
                mark, "nested deeper than " + std::to_string(limits::json_depth_max) + " levels"
            );
        }
        Open opened;
        opened.data = make(kind, mark);
        opened.anchor = anchor;
        opened.mark = mark;
        open_.push_back(std::move(opened));
    }

    void end() {
        CHECK(!open_.empty());
        Open closed = std::move(open_.back());
        open_.pop_back();
        complete(closed.data, closed.anchor, closed.mark);
    }

    void complete(
        const std::shared_ptr<Data>& data, YAML::anchor_t anchor, const YAML::Mark& mark
    ) {
        if (!open_.empty() && open_.back().key_read) data->name = open_.back().key;
        if (anchor != 0) anchored_[anchor] = data;
        attach(data, mark);
    }

    void attach(const std::shared_ptr<const Data>& data, const YAML::Mark& mark) {
        Node node;
        node.data_ = data;
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        if (parent.data->kind == Kind::Mapping && !parent.key_read)
            return read_key(parent, *data, mark);
        parent.data->weight += data->weight;
        if (parent.data->weight > limits::yaml_nodes_max) {
            refuse(
                mark,
                "more than " + format_count(limits::yaml_nodes_max) + " values, aliases written out"
            );
        }
        if (parent.data->kind == Kind::Sequence) {
            parent.data->items.push_back(std::move(node));
        } else {
            parent.data->members.emplace_back(std::move(parent.key), std::move(node));
            parent.data->key_places.push_back(std::move(parent.key_place));
            parent.key_read = false;
        }
    }

    void read_key(Open& parent, const Data& key, const YAML::Mark& mark) {
        if (key.kind != Kind::Scalar) refuse(mark, "a key must be a plain text");
        if (!parent.keys.insert(key.scalar).second) {
            refuse(mark, "the key '" + key.scalar.substr(0, 64) + "' stands here twice");
        }
        parent.key = key.scalar;
        parent.key_place = place(mark);
        parent.key_read = true;
    }

    std::string file_;
    bool started_ = false;
    YAML::Mark last_quoted_ = YAML::Mark::null_mark();
    Node root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, std::shared_ptr<const Data>> anchored_;
};

namespace {

// yaml-cpp replaces what it cannot read; we would rather hear of it.
Result<void> check_characters(std::string_view text, const std::string& file) {
    SourceLocation place{file, 1, 1};
    while (!text.empty()) {
        const std::size_t size = utf8_sequence(text);
        const char c = text.front();
        if (size == 0) return Error(ErrorCode::InvalidArgument, "not valid UTF-8").at(place);
        if (size == 1 &&
            (c == '\x7f' || (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r'))) {
            return Error(ErrorCode::InvalidArgument, "control character in the file").at(place);
        }
        place.line += c == '\n' ? 1 : 0;
        place.column = c == '\n' ? 1 : place.column + 1;
        text.remove_prefix(size);
    }
    return {};
}

// Without the anchor and the tag that may stand before a value.
std::string_view without_properties(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    while (!text.empty() && (text.front() == '&' || text.front() == '!' || text.front() == '#')) {
        const std::size_t end = text.find_first_of(text.front() == '#' ? "\n" : blanks);
        text.remove_prefix(std::min(end, text.size()));
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    }
    return text;
}

bool is_closed(std::string_view quoted) {
    const char quote = quoted.front();
    for (std::size_t i = 1; i < quoted.size(); ++i) {
        if (quote == '"' && quoted[i] == '\\') {
            ++i;
        } else if (quoted[i] == quote) {
            if (quote == '"' || i + 1 == quoted.size() || quoted[i + 1] != quote) return true;
            ++i;  // '' stands for one
        }
    }
    return false;
}

// yaml-cpp takes the end of the text for the end of a quoted one, and so swallows every key that
// stands after a quote left open. Only the last one can be such.
Result<void> check_closed(std::string_view text, const Builder& builder) {
    const YAML::Mark mark = builder.last_quoted();
    if (mark.is_null()) return {};
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // no part of what is counted
    const auto begin = static_cast<std::size_t>(mark.pos);
    if (begin >= text.size()) return {};
    const std::string_view quoted = without_properties(text.substr(begin));
    if (quoted.empty() || (quoted.front() != '"' && quoted.front() != '\'')) return {};
    if (is_closed(quoted)) return {};
    return Error(
               ErrorCode::InvalidArgument,
               std::string("the quote ") + quoted.front() + " that opens here is never closed"
    )
        .with_hint("All that follows would be part of this text.")
        .at(builder.place(mark));
}

// `line`: from 0.
bool begins_with_tab(std::string_view text, int line) {
    const std::vector<std::string> lines = split(text, '\n');
    if (line < 0 || static_cast<std::size_t>(line) >= lines.size()) return false;
    const std::string& one = lines[static_cast<std::size_t>(line)];
    return one.substr(0, one.find_first_not_of(" \t")).find('\t') != std::string::npos;
}

}  // namespace

Result<Node> parse(std::string_view text, std::string file) {
    TRY(check_characters(text, file));
    std::istringstream in{std::string(text)};
    Builder builder(std::move(file));
    try {
        YAML::Parser parser(in);
        while (parser.HandleNextDocument(builder)) {
        }
        TRY(check_closed(text, builder));
        return builder.take_root();
    } catch (const Refused& refused) {
        return refused.error;
    } catch (const YAML::Exception& e) {
        return Error(ErrorCode::InvalidArgument, "not valid YAML: " + e.msg)
            .with_hint(
                begins_with_tab(text, e.mark.line)
                    ? "The line begins with a tab, which YAML does not take: use blanks."
                    : ""
            )
            .at(builder.place(e.mark));
    } catch (const std::exception& e) {
        return Error(ErrorCode::InvalidArgument, std::string("not valid YAML: ") + e.what())
            .at(builder.place({}));
    }
}

}  // namespace tradewind::yaml
