#include "contract/source_origin.h"

#include "base/text.h"
#include "contract/field.h"

namespace tradewind::contract {

namespace {

constexpr std::string_view date_word = "{date}";

Error not_for_kind(const yaml::Node& document, const std::string& key, const std::string& kinds) {
    return Error(ErrorCode::InvalidArgument, key + " is for " + kinds + " only")
        .at(document.where_key(key));
}

class OriginParser {
public:
    explicit OriginParser(const yaml::Node& document) : document_(document) {}

    Result<SourceOrigin> parse() {
        kind_ = TRY(document_["kind"].text());
        if (kind_ != "stream" && kind_ != "files" && kind_ != "database") {
            return document_["kind"].error(
                "unknown kind '" + kind_ + "': a source is stream, files or database"
            );
        }
        origin_.has_stream = kind_ == "stream";
        TRY(check_keys());
        TRY(parse_files());
        TRY(parse_load());
        TRY(parse_parameter());
        if (kind_ == "database") TRY(parse_database());
        return origin_;
    }

private:
    Result<void> check_keys() const {
        const auto only = [&](const std::string& key, bool fits, const char* kinds) {
            return fits || !document_[key].present() ? Result<void>()
                                                     : not_for_kind(document_, key, kinds);
        };
        const bool database = kind_ == "database";
        for (const char* key : {"partitions", "partition_by"})
            TRY(only(key, kind_ == "stream", "kind stream"));
        for (const char* key : {"connection", "table", "query", "watermark"})
            TRY(only(key, database, "kind database"));
        TRY(only("files", !database, "the kinds stream and files"));
        TRY(only("load", kind_ != "stream", "the kinds files and database"));
        return only("parameter", kind_ == "files", "kind files");
    }

    Result<void> parse_files();
    Result<void> parse_load();
    Result<void> parse_parameter();
    Result<void> parse_database();
    Result<std::string> text_of(const char* key) const;

    const yaml::Node& document_;
    std::string kind_;
    SourceOrigin origin_;
};

// Braces that hold another word would wait for files that never come.
Result<void> OriginParser::parse_files() {
    const yaml::Node files = document_["files"];
    if (!files.present()) return {};
    origin_.file_patterns = TRY(files.texts());
    for (const std::string& pattern : origin_.file_patterns) {
        const std::string lowered = to_lower_ascii(pattern);
        for (std::size_t at = 0; (at = lowered.find('{', at)) != std::string::npos; ++at) {
            if (std::string_view(lowered).substr(at).starts_with(date_word)) continue;
            return std::move(files.error("not a pattern of file names: '" + pattern + "'"))
                .with_hint("{date} stands for a date; other words in braces stand for nothing.");
        }
    }
    return {};
}

Result<void> OriginParser::parse_load() {
    const yaml::Node node = document_["load"];
    const std::string load = TRY(node.text_or("append"));
    if (load != "append" && load != "snapshot") return node.error("load is append or snapshot");
    origin_.load = load == "snapshot" ? Load::Snapshot : Load::Append;
    return {};
}

Result<void> OriginParser::parse_parameter() {
    const yaml::Node node = document_["parameter"];
    if (!node.present()) return {};
    origin_.parameter = TRY(node.text());
    return check_name(origin_.parameter, node.where(), "parameter");
}

Result<std::string> OriginParser::text_of(const char* key) const {
    const yaml::Node node = document_[key];
    if (!node.present()) return std::string();
    std::string text(trim(TRY(node.text())));
    if (text.empty()) return node.error(std::string(key) + " is empty");
    return text;
}

Result<void> OriginParser::parse_database() {
    DatabaseSource database;
    database.connection = TRY(text_of("connection"));
    database.table = TRY(text_of("table"));
    database.query = TRY(text_of("query"));
    database.watermark = TRY(text_of("watermark"));
    if (database.connection.empty())
        return document_.error("a source of kind database names its connection");
    if (database.table.empty() == database.query.empty())
        return document_.error("a source of kind database has a table or a query, one of them");
    const bool whole = origin_.load == Load::Snapshot;
    if (whole && !database.watermark.empty()) {
        return document_["watermark"].error(
            "a table that is loaded whole (load: snapshot) needs no watermark"
        );
    }
    if (!whole && database.watermark.empty()) {
        return std::move(document_.error("a source of kind database needs a watermark"))
            .with_hint(
                "Name the column that grows with every new row, or load the table whole: "
                "load: snapshot."
            );
    }
    origin_.database = std::move(database);
    return {};
}

}  // namespace

Result<SourceOrigin> parse_source_origin(const yaml::Node& document) {
    return OriginParser(document).parse();
}

}  // namespace tradewind::contract
