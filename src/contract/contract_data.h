// A parsed contract: what stands behind the door's Contract, for the decoder and the transform.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "contract/contract.h"
#include "contract/field.h"
#include "contract/name_index.h"
#include "contract/source_origin.h"
#include "contract/transform.h"

namespace tradewind::contract {

class ContractData : public Contract {
public:
    const std::string& name() const override { return name_; }
    bool has_stream() const override { return origin_.has_stream; }
    int partition_count() const override { return partition_count_; }
    const std::string& description() const override { return description_; }
    const std::vector<FieldDescription>& fields() const override { return descriptions_; }
    const std::vector<ColumnSpec>& columns() const override { return columns_; }
    const std::vector<ColumnSpec>& output_columns() const override {
        return transform_.empty() ? columns_ : transform_.output_columns();
    }
    const std::string& event_time() const override { return event_time_; }
    const std::vector<std::string>& key() const override { return key_; }
    const std::vector<std::string>& file_patterns() const override { return origin_.file_patterns; }
    Load load() const override { return origin_.load; }
    const std::string& parameter() const override { return origin_.parameter; }
    const std::optional<DatabaseSource>& database() const override { return origin_.database; }
    bool has_transform() const override { return !transform_.empty(); }
    const std::string& fingerprint() const override { return fingerprint_; }

    const std::vector<Field>& field_specs() const { return fields_; }
    const NameIndex& names() const { return *names_; }
    bool rejects_unknown() const { return rejects_unknown_; }
    std::size_t record_bytes_max() const { return record_bytes_max_; }
    // Index of the field whose text is the record's key, or -1.
    int partition_field() const { return partition_field_; }
    const Transform& transform() const { return transform_; }

private:
    friend class ContractParser;

    std::string name_;
    std::string description_;
    SourceOrigin origin_;
    int partition_count_ = 0;
    int partition_field_ = -1;
    std::string event_time_;
    std::vector<std::string> key_;
    bool rejects_unknown_ = false;
    std::size_t record_bytes_max_ = 0;
    std::vector<Field> fields_;
    std::vector<FieldDescription> descriptions_;
    std::vector<ColumnSpec> columns_;
    std::unique_ptr<NameIndex> names_;
    Transform transform_;
    std::string fingerprint_;
};

// Every Contract comes from parse_contract.
const ContractData& data_of(const Contract& contract);

}  // namespace tradewind::contract
