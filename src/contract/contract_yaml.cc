// A contract, from YAML.
#include <algorithm>
#include <map>

#include "base/check.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "contract/contract_data.h"
#include "contract/source_origin.h"

namespace tradewind::contract {

class ContractParser {
public:
    explicit ContractParser(const yaml::Node& document) : document_(document) {}

    Result<std::shared_ptr<const Contract>> parse();

private:
    Result<void> parse_limits();
    Result<void> parse_fields();
    Result<void> index_names();
    Result<void> parse_event_time();
    Result<void> parse_partitioning();
    Result<void> parse_key();
    Result<void> parse_transform();
    Result<std::size_t> find_field(const std::string& name, const SourceLocation& where) const;
    void describe();

    const yaml::Node& document_;
    std::shared_ptr<ContractData> contract_ = std::make_shared<ContractData>();
};

namespace {

// Rises when the meaning of an unchanged contract changes with the program.
constexpr std::string_view semantics_version = "2";
constexpr std::int64_t partitions_default = 4;

// A text that changes whenever what the contract accepts changes: lengths before the parts, so that
// no two contracts read alike.
class Canonical {
public:
    Canonical& add(std::string_view part) {
        text_ += std::to_string(part.size()) + ":";
        text_ += part;
        return *this;
    }
    Canonical& add(bool flag) { return add(flag ? "1" : "0"); }
    Canonical& add(const char* part) { return add(std::string_view(part)); }
    Canonical& add(const std::vector<std::string>& parts) {
        add(std::to_string(parts.size()));
        for (const std::string& part : parts) add(part);
        return *this;
    }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

// People look keys up and type them.
Result<void> check_key(const Field& field, const yaml::Node& node) {
    if (!field.json) return {};
    return node.error("'" + field.column.name + "' is json, which no key can be");
}

void add_field(Canonical& out, const Field& field) {
    out.add(field.column.name).add(to_sql(field.column)).add(field.required).add(field.integral);
    out.add(field.aliases).add(std::to_string(field.length_max));
    out.add(field.minimum_text).add(field.maximum_text);
    out.add(field.pattern ? field.pattern->text() : "").add(field.accepted_texts);
    for (const std::int64_t value : field.accepted_integers) out.add(std::to_string(value));
    for (const TimeFormat& format : field.formats) out.add(format.text());
    if (!field.json) return;
    out.add("json").add(std::to_string(field.items ? field.items->fields.size() : 0));
    if (!field.items) return;
    for (const Field& item : field.items->fields) add_field(out, item);
}

}  // namespace

Result<void> ContractParser::parse_limits() {
    const yaml::Node bytes = document_["record_bytes_max"];
    contract_->record_bytes_max_ = limits::record_bytes_max;
    if (bytes.present()) {
        const auto size = parse_bytes(TRY(bytes.text()));
        if (!size.ok() || *size < 1 ||
            *size > static_cast<std::int64_t>(limits::record_bytes_max)) {
            return bytes.error(
                "record_bytes_max is a size up to " +
                format_bytes(static_cast<std::int64_t>(limits::record_bytes_max))
            );
        }
        contract_->record_bytes_max_ = static_cast<std::size_t>(*size);
    }
    const std::string unknown = TRY(document_["unknown_fields"].text_or("ignore"));
    if (unknown != "ignore" && unknown != "reject") {
        return document_["unknown_fields"].error("unknown_fields is ignore or reject");
    }
    contract_->rejects_unknown_ = unknown == "reject";
    return {};
}

Result<void> ContractParser::parse_fields() {
    const yaml::Node fields = document_["fields"];
    if (fields.kind() != yaml::Kind::Mapping || fields.members().empty()) {
        return fields.error("a contract has fields, each with its type");
    }
    if (fields.members().size() > limits::contract_fields_max) {
        return fields.error("more than " + std::to_string(limits::contract_fields_max) + " fields");
    }
    const bool empty_is_null = TRY(document_["empty_is_null"].boolean_or(true));
    for (const auto& [name, node] : fields.members()) {
        TRY(check_name(name, fields.where_key(name), "field"));
        auto field = parse_field(name, node, empty_is_null);
        if (!field.ok()) return std::move(field).error().in("field " + name);
        contract_->columns_.push_back(field->column);
        contract_->descriptions_.push_back({field->column, field->required, field->aliases});
        contract_->fields_.push_back(std::move(field).take());
    }
    return index_names();
}

Result<void> ContractParser::index_names() {
    std::map<std::string, std::size_t> owners;
    std::vector<NameIndex::Entry> entries;
    for (std::size_t i = 0; i < contract_->fields_.size(); ++i) {
        const Field& field = contract_->fields_[i];
        std::vector<std::string> names = field.aliases;
        names.insert(names.begin(), field.column.name);
        for (const std::string& name : names) {
            const auto [owner, added] = owners.emplace(to_lower_ascii(name), i);
            if (added) entries.push_back({name, static_cast<int>(i)});
            if (owner->second == i) continue;  // "Quantity" beside quantity says nothing new
            return Error(
                       ErrorCode::InvalidArgument,
                       "'" + name + "' is a name of two fields: " +
                           contract_->fields_[owner->second].column.name + " and " +
                           field.column.name
            )
                .at(document_["fields"].where_key(field.column.name));
        }
    }
    contract_->names_ = std::make_unique<NameIndex>(entries);
    return {};
}

Result<std::size_t> ContractParser::find_field(const std::string& name, const SourceLocation& where)
    const {
    std::vector<std::string_view> known;
    for (std::size_t i = 0; i < contract_->fields_.size(); ++i) {
        const std::string& candidate = contract_->fields_[i].column.name;
        if (candidate == name) return i;
        known.push_back(candidate);
    }
    const auto near = nearest(name, known);
    return Error(ErrorCode::InvalidArgument, "there is no field '" + name + "'")
        .with_hint(near ? "Did you mean '" + *near + "'?" : "")
        .at(where);
}

Result<void> ContractParser::parse_event_time() {
    const yaml::Node node = document_["event_time"];
    if (!node.present()) return {};
    const std::string name = TRY(node.text());
    const Field& field = contract_->fields_[TRY(find_field(name, node.where()))];
    if (field.column.type != ColumnType::Timestamp && field.column.type != ColumnType::Date) {
        return node.error("event_time is a timestamp or a date, and " + name + " is neither");
    }
    contract_->event_time_ = name;
    return {};
}

Result<void> ContractParser::parse_partitioning() {
    if (!contract_->has_stream()) return {};
    const yaml::Node count = document_["partitions"];
    const std::int64_t partitions = TRY(count.integer_or(partitions_default));
    if (partitions < 1 || partitions > limits::partitions_max) {
        return count.error("partitions is 1 to " + std::to_string(limits::partitions_max));
    }
    contract_->partition_count_ = static_cast<int>(partitions);
    const yaml::Node by = document_["partition_by"];
    if (!by.present()) return {};
    const std::string name = TRY(by.text());
    const std::size_t field = TRY(find_field(name, by.where()));
    TRY(check_key(contract_->fields_[field], by));
    contract_->partition_field_ = static_cast<int>(field);
    contract_->fields_[field].key = true;
    return {};
}

Result<void> ContractParser::parse_key() {
    const yaml::Node node = document_["key"];
    if (!node.present()) return {};
    for (const std::string& name : TRY(node.texts())) {
        Field& field = contract_->fields_[TRY(find_field(name, node.where()))];
        if (!field.required) {
            return std::move(node.error("'" + name + "' is part of the key, but not required"))
                .with_hint("Rows without a key could not be told apart: add required: true.");
        }
        TRY(check_key(field, node));
        auto& key = contract_->key_;
        if (std::find(key.begin(), key.end(), name) != key.end()) {
            return node.error("'" + name + "' stands in the key twice");
        }
        key.push_back(name);
        field.key = true;
    }
    return {};
}

Result<void> ContractParser::parse_transform() {
    const yaml::Node steps = document_["transform"];
    if (!steps.present()) return {};
    std::vector<std::string> fixed = contract_->key_;
    if (!contract_->event_time_.empty()) fixed.push_back(contract_->event_time_);
    auto transform = Transform::parse(steps, contract_->columns_, fixed);
    if (!transform.ok()) return std::move(transform).error().in("transform");
    contract_->transform_ = std::move(transform).take();
    return {};
}

void ContractParser::describe() {
    const ContractData& contract = *contract_;
    Canonical canonical;
    canonical.add(semantics_version).add(contract.name_).add(contract.rejects_unknown_);
    canonical.add(std::to_string(contract.record_bytes_max_))
        .add(contract.fields_[0].empty_is_null);
    canonical.add(contract.event_time_).add(contract.key_);
    canonical.add(std::to_string(contract.partition_field_));
    for (const Field& field : contract.fields_) add_field(canonical, field);
    canonical.add(contract.transform_.canonical());
    contract_->fingerprint_ = hash128(canonical.text());
}

Result<std::shared_ptr<const Contract>> ContractParser::parse() {
    if (document_.kind() != yaml::Kind::Mapping) {
        return document_.error("a source file holds names with values, from source: on");
    }
    TRY(document_.allow_keys(
        {"source",
         "kind",
         "description",
         "files",
         "load",
         "parameter",
         "connection",
         "table",
         "query",
         "watermark",
         "partitions",
         "partition_by",
         "event_time",
         "key",
         "unknown_fields",
         "record_bytes_max",
         "empty_is_null",
         "fields",
         "transform"}
    ));
    const yaml::Node name = document_["source"];
    contract_->name_ = TRY(name.text());
    TRY(check_name(contract_->name_, name.where(), "source"));
    // Dead letters of files are "import/…", those of a source "<source>/…".
    if (contract_->name_ == "import") {
        return Error(ErrorCode::InvalidArgument, "a source cannot be called 'import'")
            .at(name.where());
    }
    contract_->description_ = TRY(document_["description"].text_or(""));
    contract_->origin_ = TRY(parse_source_origin(document_));
    TRY(parse_limits());
    TRY(parse_fields());
    TRY(parse_event_time());
    TRY(parse_partitioning());
    TRY(parse_key());
    TRY(parse_transform());
    describe();
    return std::shared_ptr<const Contract>(contract_);
}

Result<std::shared_ptr<const Contract>> parse_contract(const yaml::Node& document) {
    return ContractParser(document).parse();
}

const ContractData& data_of(const Contract& contract) {
    const auto* data = dynamic_cast<const ContractData*>(&contract);
    CHECK(data != nullptr);
    return *data;
}

}  // namespace tradewind::contract
