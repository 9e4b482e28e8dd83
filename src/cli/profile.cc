// profile: what stands in a table, column by column.
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/page.h"

namespace tradewind::cli {

namespace {

constexpr std::size_t value_characters = 32;

std::string member(const json::Value& column, const char* name) {
    const json::Value* value = column.find(name);
    return value == nullptr || value->is_null() ? ""
                                                : shortened(cell_text(*value), value_characters);
}

// "France 12, Peru 3"
std::string top_of(const json::Value& column) {
    const json::Value* top = column.find("top");
    std::string text;
    if (top == nullptr) return text;
    for (std::size_t i = 0; i < std::min<std::size_t>(top->items().size(), 3); ++i) {
        const json::Value& one = top->items()[i];
        text += (i == 0 ? "" : ", ") + member(one, "value") + " " +
                format_count(one.integer_or("rows", 0));
    }
    return text;
}

std::string quantile(const json::Value& column, const char* which) {
    const json::Value* quantiles = column.find("quantiles");
    return quantiles == nullptr ? "" : member(*quantiles, which);
}

void print_profile(const json::Value& profile) {
    std::vector<std::vector<std::string>> rows;
    if (const json::Value* columns = profile.find("columns")) {
        for (const json::Value& column : columns->items()) {
            const std::string about = column.boolean_or("distinct_exact", true) ? "" : "~";
            rows.push_back(
                {column.text_or("name", ""),
                 column.text_or("type", ""),
                 format_count(column.integer_or("nulls", 0)),
                 about + format_count(column.integer_or("distinct", 0)),
                 member(column, "min"),
                 quantile(column, "0.5"),
                 member(column, "max"),
                 member(column, "mean"),
                 top_of(column)}
            );
        }
    }
    print(format_table(
        {"column", "type", "nulls", "distinct", "min", "median", "max", "mean", "most frequent"},
        rows
    ));
    note(
        profile.text_or("table", "") + ": " + format_count(profile.integer_or("row_count", 0)) +
        " rows, version " + std::to_string(profile.integer_or("version", 0)) + ", " +
        format_duration_us(profile.integer_or("duration_us", 0))
    );
}

}  // namespace

Result<int> profile(const Context& context, const ProfileOptions& options) {
    const auto dot = options.table.find('.');
    if (dot == std::string::npos) {
        return Error(ErrorCode::InvalidArgument, "'" + options.table + "' is no table's name")
            .with_hint("Write it as schema.table, such as raw.online_retail.");
    }
    const std::string target = "/v1/tables/" + url_encode(options.table.substr(0, dot)) + "/" +
                               url_encode(options.table.substr(dot + 1)) + "/profile";
    const auto connection = TRY(context.connect());
    if (!options.html.empty()) {
        TRY(save_page(*connection, target, options.html));
        if (!context.json) {
            note("wrote " + options.html);
            return exit_ok;
        }
    }
    HttpRequest request;
    request.target = target;
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
    } else {
        print_profile(answer);
    }
    return exit_ok;
}

}  // namespace tradewind::cli
