#include "contract/transform.h"

#include <cstdint>
#include <limits>
#include <optional>

#include "base/check.h"
#include "contract/contract_data.h"
#include "contract/rejection.h"

namespace tradewind::contract {

namespace {

Int128 power_of_ten(int exponent) {
    Int128 value = 1;
    for (int i = 0; i < exponent; ++i) value *= 10;
    return value;
}

Value load_value(const Column& column, std::size_t row) {
    if (column.null(row)) return {};
    switch (column.type()) {
        case ColumnType::Text:
            return Value::of_text(column.text(row));
        case ColumnType::Double:
            return Value::of_real(column.real(row));
        default:
            return Value::of_exact(column.integer(row));
    }
}

bool fits(const ColumnSpec& column, const Value& value) {
    if (value.null) return true;
    switch (column.type) {
        case ColumnType::Integer:
            return value.exact >= std::numeric_limits<std::int32_t>::min() &&
                   value.exact <= std::numeric_limits<std::int32_t>::max();
        case ColumnType::BigInt:
            return value.exact >= std::numeric_limits<std::int64_t>::min() &&
                   value.exact <= std::numeric_limits<std::int64_t>::max();
        case ColumnType::Decimal: {
            const Int128 end = power_of_ten(column.precision);
            return value.exact > -end && value.exact < end;
        }
        default:
            return true;
    }
}

void store_value(const Value& value, Column& column) {
    if (value.null) {
        column.add_null();
    } else if (column.type() == ColumnType::Text) {
        column.add_text(value.text);
    } else if (column.type() == ColumnType::Double) {
        column.add_real(value.real);
    } else {
        column.add_integer(static_cast<std::int64_t>(value.exact));
    }
}

std::string show_exact(const ColumnSpec& column, const Value& value) {
    return format_decimal_short(value.exact, column.scale);
}

}  // namespace

// What became of one row.
struct RowOutcome {
    bool kept = true;
    std::size_t rule = 0;  // that dropped it
    std::optional<Rejection> rejection;
};

// Computes rows one after the other. One thread.
class TransformRun {
public:
    TransformRun(const std::vector<Transform::Step>& steps, std::size_t slot_count)
        : steps_(steps), slots_(slot_count) {}

    std::vector<Value>& slots() { return slots_; }
    RowOutcome run();

private:
    std::optional<Rejection> failure(const Transform::Step& step, const Value& value) const;

    const std::vector<Transform::Step>& steps_;
    std::vector<Value> slots_;
    Evaluation evaluation_;
};

std::optional<Rejection> TransformRun::failure(const Transform::Step& step, const Value& value)
    const {
    const bool filter = step.slot < 0;
    std::string reason = filter ? "filter " + step.rule : step.column.name;
    if (evaluation_.failed()) {
        reason += ": " + evaluation_.failure();
    } else if (!filter && !fits(step.column, value)) {
        reason += ": " + show_exact(step.column, value) + " does not fit " + to_sql(step.column);
    } else {
        return std::nullopt;
    }
    return Rejection{"transform_failed", filter ? "" : step.column.name, reason};
}

RowOutcome TransformRun::run() {
    evaluation_.next_row();
    for (const Transform::Step& step : steps_) {
        const Value value = step.expression.evaluate(slots_, evaluation_);
        if (auto rejection = failure(step, value)) return {true, 0, std::move(rejection)};
        if (step.slot >= 0) {
            slots_[static_cast<std::size_t>(step.slot)] = value;
        } else if (value.null || value.exact == 0) {
            return {false, step.rule_index, std::nullopt};  // unknown is not true, as in WHERE
        }
    }
    return {};
}

TransformResult Transform::apply(const RowBatch& rows) const {
    TransformResult result{RowBatch(output_), {}, {}};
    result.rows.origin = rows.origin;
    result.rows.source_name = rows.source_name;
    std::vector<std::int64_t> dropped(rules_.size(), 0);
    TransformRun run(steps_, slot_count_);
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
        for (const int column : loaded_) {
            const auto index = static_cast<std::size_t>(column);
            run.slots()[index] = load_value(rows.column(index), row);
        }
        RowOutcome outcome = run.run();
        if (outcome.rejection) {
            result.failed.push_back({row, std::move(*outcome.rejection)});
        } else if (!outcome.kept) {
            ++dropped[outcome.rule];
        } else {
            for (std::size_t i = 0; i < output_.size(); ++i) {
                const auto slot = static_cast<std::size_t>(output_slots_[i]);
                store_value(run.slots()[slot], result.rows.column(i));
            }
            result.rows.commit_row(rows.provenance(row));
        }
    }
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        if (dropped[i] > 0) result.filtered.push_back({rules_[i], dropped[i]});
    }
    return result;
}

TransformResult apply_transform(const Contract& contract, RowBatch rows) {
    const ContractData& data = data_of(contract);
    CHECK(rows.column_count() == data.columns().size());
    if (data.transform().empty()) return TransformResult{std::move(rows), {}, {}};
    return data.transform().apply(rows);
}

}  // namespace tradewind::contract
