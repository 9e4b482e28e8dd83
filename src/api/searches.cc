// Rows that are found by their words. Products are a search like any other, under a shorter name.
#include <algorithm>

#include "api/parameters.h"
#include "api/replies.h"
#include "api/search_operations.h"
#include "lookup/lookup.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t rows_default = 20;
constexpr const char* products_search = "products";

Result<Response> search(
    const Services& services, const std::string& name, const Call& call, std::string_view rows
) {
    lookup::SearchRequest request;
    request.search = name;
    request.question = call.arguments.text("q");
    request.limit = call.arguments.integer_or("limit", rows_default);
    request.cursor = call.arguments.optional_text("cursor");
    const lookup::SearchPage page = TRY(services.lookups->search(request));
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key(rows);
    writer.begin_array();
    for (const std::string& row : page.rows) writer.raw(row);
    writer.end_array();
    writer.key("total");
    writer.number(page.total);
    writer.key("next_cursor");
    page.next_cursor ? writer.string(*page.next_cursor) : writer.null();
    writer.end_object();
    return json_response(std::move(body));
}

Operation operation_of(std::string id, std::string path, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = "GET";
    operation.path = std::move(path);
    operation.tag = "search";
    operation.summary = std::move(summary);
    operation.description =
        "Every word must be there, in any case and without regard to accents; the last may be the "
        "beginning of one. Rows whose key is asked for come first, then by how well they match "
        "(BM25). Answered from memory: a table's newest version is there about a second after it "
        "is published. Between two pages a new version may move rows.";
    operation.parameters = {
        {.name = "q",
         .required = true,
         .description = "Words, or a key: at most 200 bytes and 16 words.",
         .example = "white lantern"},
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 20.",
         .example = "10",
         .min = 1,
         .max = lookup::search_limit_max},
        {.name = "cursor", .description = "next_cursor of the page before.", .example = ""}
    };
    operation.problems = {404, 409};
    return operation;
}

Value page_schema(const char* rows, Value row) {
    return object(
        {{rows, array(std::move(row), "Best first.")},
         {"total", integer("Rows that match, on all pages.")},
         {"next_cursor", nullable(text())}}
    );
}

Operation any_operation(const Services& services) {
    Operation operation =
        operation_of("search", "/v1/search/{search}", "Rows of a package's table by their words.");
    operation.parameters.insert(
        operation.parameters.begin(),
        path_parameter("search", "As the package's serving/*.yml names it.", "products")
    );
    operation.answers = {json_answer(
        "A page; next_cursor is null at the end. The rows' members are those that the package "
        "declares.",
        page_schema("rows", open_object({}))
    )};
    operation.handler = answering([&services](Call& call) {
        return search(services, call.arguments.text("search"), call, "rows");
    });
    return operation;
}

Value product_schema() {
    const Value country =
        object({{"country", text()}, {"quantity", integer()}, {"revenue", number()}});
    const Value other = object(
        {{"stock_code", text()},
         {"description", text()},
         {"together", integer("Invoices that have both.")},
         {"share", number("Of this product's invoices.")}}
    );
    return open_object(
        {{"stock_code", text()},
         {"description", text()},
         {"quantity", integer("Pieces, net of what came back.")},
         {"revenue", number("Net of cancellations.")},
         {"invoices", integer("Different invoices that name it.")},
         {"buyers", integer("Different customers.")},
         {"countries", nullable(array(country, "Greatest revenue first."))},
         {"bought_together", nullable(array(other, "Most often first."))}}
    );
}

Operation products_operation(const Services& services) {
    Operation operation = operation_of(
        "search_products", "/v1/products", "Products by their code or the words of their names."
    );
    operation.answers = {json_answer(
        "A page; next_cursor is null at the end.", page_schema("products", product_schema())
    )};
    operation.handler = answering([&services](Call& call) {
        return search(services, products_search, call, "products");
    });
    return operation;
}

}  // namespace

std::vector<Operation> search_operations(const Services& services) {
    if (services.lookups == nullptr) return {};
    const std::vector<std::string> names = services.lookups->searches();
    std::vector<Operation> all;
    if (std::ranges::find(names, products_search) != names.end())
        all.push_back(products_operation(services));
    all.push_back(any_operation(services));
    return all;
}

}  // namespace tradewind::api
