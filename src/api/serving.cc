// Look-ups of serving tables, by key. Invoices and customers are tables like any other, under
// shorter names.
#include <set>

#include "api/operations.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "base/text.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t rows_default = 100;
constexpr std::int64_t rows_max = 1000;

constexpr const char* invoices_table = "invoices";
constexpr const char* customers_table = "customers";

std::vector<Parameter> page_parameters() {
    return {
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 100.",
         .example = "10",
         .min = 1,
         .max = rows_max},
        {.name = "cursor", .description = "next_cursor of the page before.", .example = ""}
    };
}

// ------------------------------------------------------------------ what every look-up does

Result<void> check_table(serving::Serving& store, const std::string& table) {
    const std::vector<serving::TableDescription> tables = store.tables();
    std::vector<std::string_view> known;
    for (const serving::TableDescription& one : tables) {
        if (one.name == table) return {};
        known.push_back(one.name);
    }
    Error error(ErrorCode::NotFound, "there is no serving table '" + table + "'");
    const auto near = nearest(table, known);
    if (!near) return error;
    return std::move(error).with_hint("Did you mean '" + *near + "'?");
}

// A key as the table's rows hold it, however it was asked for: 17850.0 is the customer 17850.
std::string row_key(const Services& services, const std::string& table, const std::string& key) {
    for (const serving::TableDescription& one : services.serving->tables()) {
        if (one.name != table) continue;
        const auto delivery = services.deliveries.find(one.source);
        if (delivery == services.deliveries.end()) break;
        return contract::normal_key(delivery->second->contract(), one.partition_key, key);
    }
    return key;
}

// And what other tables have of the key.
Response with_lookups(
    const Services& services, const std::string& table, const std::string& key, std::string row
) {
    if (services.lookups != nullptr) services.lookups->add_to(table, key, row);
    return json_response(std::move(row));
}

// Nearly all ask for a key as it stands: another spelling is looked for once that is not there. The
// store knows its tables too; ours is asked for a better message once it said no.
Result<Response> get_row(
    const Services& services, const std::string& table, const std::string& key
) {
    serving::Serving& store = *services.serving;
    auto row = store.get({table, key});
    if (row.ok()) return with_lookups(services, table, key, std::move(row).take());
    if (row.error().code() != ErrorCode::NotFound) return std::move(row).error();
    TRY(check_table(store, table));
    const std::string other = row_key(services, table, key);
    if (other == key) return std::move(row).error();
    return with_lookups(services, table, other, TRY(store.get({table, other})));
}

Result<Response> list_rows(
    const Services& services,
    const std::string& table,
    const std::string& key,
    const Call& call,
    std::string_view name
) {
    serving::ListRequest request;
    request.table = table;
    request.key = row_key(services, table, key);  // a cursor belongs to it
    request.limit = call.arguments.integer_or("limit", rows_default);
    request.cursor = call.arguments.optional_text("cursor");
    auto page = services.serving->list(request);
    if (!page.ok()) {
        if (page.error().code() == ErrorCode::NotFound) TRY(check_table(*services.serving, table));
        return std::move(page).error();
    }
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key(name);
    writer.begin_array();
    for (const std::string& row : page->rows) writer.raw(row);
    writer.end_array();
    writer.key("next_cursor");
    page->next_cursor ? writer.string(*page->next_cursor) : writer.null();
    writer.end_object();
    return json_response(std::move(body));
}

Operation look_up(std::string id, std::string path, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = "GET";
    operation.path = std::move(path);
    operation.tag = "serving";
    operation.summary = std::move(summary);
    operation.problems = {404};
    return operation;
}

// ------------------------------------------------------------------ any table

// A summary of theirs reads all rows of its partition: no work for the server's own threads.
std::set<std::string> sorted_tables(serving::Serving& store) {
    std::set<std::string> names;
    for (const serving::TableDescription& table : store.tables()) {
        if (!table.sort_key.empty()) names.insert(table.name);
    }
    return names;
}

Operation get_operation(const Services& services) {
    Operation operation =
        look_up("get_row", "/v1/serving/{table}/{key}", "One row of a serving table by its key.");
    operation.description = "Of a table with a sort key: the partition's key with its summary.";
    operation.runs_for = [sorted = sorted_tables(*services.serving)](const Call& call) {
        return sorted.contains(call.arguments.text("table")) ? Runs::Worker : Runs::Quick;
    };
    operation.parameters = {
        path_parameter("table", "The serving table.", "invoices"),
        path_parameter("key", "The partition key.", "536365")
    };
    operation.answers = {
        json_answer("The row; its members are those the table declares.", open_object({}))
    };
    operation.handler = answering([&services](Call& call) {
        return get_row(services, call.arguments.text("table"), call.arguments.text("key"));
    });
    return operation;
}

Operation rows_operation(const Services& services) {
    Operation operation = look_up(
        "list_rows",
        "/v1/serving/{table}/{key}/rows",
        "The rows of a partition, in the table's order."
    );
    operation.parameters = {
        path_parameter("table", "A serving table with a sort key.", "customers"),
        path_parameter("key", "The partition key.", "17850")
    };
    for (Parameter& parameter : page_parameters())
        operation.parameters.push_back(std::move(parameter));
    operation.answers = {json_answer(
        "A page; next_cursor is null at the end.",
        object({{"rows", array(open_object({}))}, {"next_cursor", nullable(text())}})
    )};
    operation.handler = answering([&services](Call& call) {
        return list_rows(
            services, call.arguments.text("table"), call.arguments.text("key"), call, "rows"
        );
    });
    return operation;
}

// ------------------------------------------------------------------ invoices and customers

Value invoice_schema() {
    const Value item = object(
        {{"stock_code", text()},
         {"description", nullable(text())},
         {"quantity", integer()},
         {"unit_price", number()},
         {"amount", number("quantity × unit_price, exact.")}}
    );
    return open_object(
        {{"invoice_no", text()},
         {"invoice_date", text("Of its earliest line.")},
         {"customer_id", nullable(text())},
         {"country", nullable(text())},
         {"cancelled", boolean("The number begins with C.")},
         {"total", number("Exact sum of the amounts.")},
         {"items", array(item, "Its lines, in their order.")},
         {"high_value",
          nullable(boolean("It came to 1,000 pounds or more; null: not known (yet).")),
          true},
         {"high_value_probability",
          nullable(number("That it would, as a model said of its first three lines.")),
          true}}
    );
}

Operation invoice_operation(const Services& services) {
    Operation operation =
        look_up("get_invoice", "/v1/invoices/{invoice_no}", "An invoice with its items.");
    operation.runs = Runs::Quick;
    operation.parameters = {path_parameter("invoice_no", "The invoice's number.", "536365")};
    operation.answers = {json_answer("The invoice.", invoice_schema())};
    operation.handler = answering([&services](Call& call) {
        return get_row(services, invoices_table, call.arguments.text("invoice_no"));
    });
    return operation;
}

Operation find_invoice_operation(const Services& services) {
    Operation operation =
        look_up("find_invoice", "/v1/invoices", "The same, with the number as a parameter.");
    operation.runs = Runs::Quick;
    operation.parameters = {
        {.name = "invoice_no",
         .required = true,
         .description = "The invoice's number.",
         .example = "536365"}
    };
    operation.answers = {json_answer("The invoice.", invoice_schema())};
    operation.handler = answering([&services](Call& call) {
        return get_row(services, invoices_table, call.arguments.text("invoice_no"));
    });
    return operation;
}

Value rfm_schema() {
    return open_object(
        {{"recency_days", integer("Since the last invoice, to a day after the shop's last.")},
         {"recency_score", integer("1 to 5; 5 is the best fifth of all customers.")},
         {"frequency_score", integer()},
         {"monetary_score", integer()},
         {"scores", text("The three as one text.")},
         {"group", text("What they say in a word.")}},
        "Recency, frequency and money."
    );
}

Operation customer_operation(const Services& services) {
    Operation operation =
        look_up("get_customer", "/v1/customers/{customer_id}", "A customer's summary.");
    operation.parameters = {path_parameter("customer_id", "The customer's number.", "17850")};
    operation.answers = {json_answer(
        "The summary.",
        open_object(
            {{"customer_id", text()},
             {"invoices", integer("All of them, cancellations too.")},
             {"cancellations", integer()},
             {"spent", number()},
             {"first", nullable(text("Date of the earliest invoice."))},
             {"last", nullable(text("Date of the latest invoice."))},
             {"segment",
              nullable(text("What customers like him are called; null: not known (yet).")),
              true},
             {"rfm", nullable(rfm_schema()), true}}
        )
    )};
    operation.handler = answering([&services](Call& call) {
        return get_row(services, customers_table, call.arguments.text("customer_id"));
    });
    return operation;
}

Operation history_operation(const Services& services) {
    Operation operation = look_up(
        "list_customer_invoices",
        "/v1/customers/{customer_id}/invoices",
        "A customer's invoices, newest first, cancellations too."
    );
    operation.parameters = {path_parameter("customer_id", "The customer's number.", "17850")};
    for (Parameter& parameter : page_parameters())
        operation.parameters.push_back(std::move(parameter));
    const Value invoice = open_object(
        {{"invoice_no", text()},
         {"invoice_date", text()},
         {"total", number()},
         {"item_count", integer()}}
    );
    operation.answers = {json_answer(
        "A page; next_cursor is null at the end.",
        object({{"invoices", array(invoice)}, {"next_cursor", nullable(text())}})
    )};
    operation.handler = answering([&services](Call& call) {
        return list_rows(
            services, customers_table, call.arguments.text("customer_id"), call, "invoices"
        );
    });
    return operation;
}

bool has_table(serving::Serving& store, std::string_view name) {
    for (const serving::TableDescription& table : store.tables()) {
        if (table.name == name) return true;
    }
    return false;
}

}  // namespace

std::vector<Operation> serving_operations(const Services& services) {
    if (services.serving == nullptr) return {};
    serving::Serving& store = *services.serving;
    std::vector<Operation> all;
    if (has_table(store, invoices_table)) {
        all.push_back(invoice_operation(services));
        all.push_back(find_invoice_operation(services));
    }
    if (has_table(store, customers_table)) {
        all.push_back(customer_operation(services));
        all.push_back(history_operation(services));
    }
    all.push_back(get_operation(services));
    all.push_back(rows_operation(services));
    return all;
}

}  // namespace tradewind::api
