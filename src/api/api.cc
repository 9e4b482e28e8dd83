#include "api/api.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "api/call.h"
#include "api/call_metrics.h"
#include "api/dashboards.h"
#include "api/model_operations.h"
#include "api/openapi.h"
#include "api/operations.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/router.h"
#include "api/search_operations.h"
#include "api/ui_files.h"
#include "api/visitor.h"
#include "api/workers.h"
#include "base/check.h"
#include "base/log.h"
#include "base/text.h"

namespace tradewind::api {

namespace {

// What `curl -d` sends unless told otherwise counts as JSON: nothing here takes forms.
bool takes_content_type(const Operation& operation, std::string_view header) {
    const std::string_view type = trim(header.substr(0, header.find(';')));
    if (!operation.body || type.empty() ||
        equal_ignore_case(type, "application/x-www-form-urlencoded"))
        return true;
    for (const Media& media : operation.body->media) {
        if (equal_ignore_case(media.type, type)) return true;
    }
    return false;
}

void refuse_content_type(Call& call, const Operation& operation) {
    std::string types;
    for (const Media& media : operation.body->media)
        types += (types.empty() ? "" : " or ") + media.type;
    call.answer(to_response(
        {.status = 415,
         .type = "unsupported",
         .detail =
             "content type " + std::string(call.header("content-type")) + " is not supported here",
         .hint = "Send " + types + "."}
    ));
}

// Where an operation says nothing of packed bodies, it would read the packed bytes.
bool takes_encoding(const Operation& operation, std::string_view header) {
    const std::string_view coding = trim(header);
    if (!operation.body || coding.empty() || equal_ignore_case(coding, "identity")) return true;
    return std::ranges::any_of(operation.parameters, [](const Parameter& parameter) {
        return parameter.in == In::Header && parameter.name == "Content-Encoding";
    });
}

void refuse_encoding(Call& call) {
    Response response = to_response(
        {.status = 415,
         .type = "unsupported",
         .detail = "content encoding " + std::string(call.header("content-encoding")) +
                   " is not supported here",
         .hint = "Send the body as it is."}
    );
    response.headers.emplace("accept-encoding", "identity");
    call.answer(std::move(response));
}

// A table is not shown while its files are in doubt: that is no reason to deny that it exists.
std::optional<Error> damage_of(catalog::Catalog& catalog, const catalog::TableName& name) {
    const auto all = catalog.list();
    if (!all.ok()) return std::nullopt;
    for (const catalog::TableInfo& info : *all) {
        const catalog::TableName& known = info.declared.name;
        const bool meant = equal_ignore_case(known.table, name.table) &&
                           (name.schema.empty() || equal_ignore_case(known.schema, name.schema));
        if (!meant || info.damage.empty()) continue;
        return Error(ErrorCode::Corruption, "the table " + known.text() + " is damaged")
            .with_detail(info.damage);
    }
    return std::nullopt;
}

class ApiImpl final : public Api {
public:
    ApiImpl(ApiOptions options, Services services)
        : services_(std::move(services)),
          context_(std::make_shared<CallContext>()),
          operations_(all_operations(services_, openapi_)),
          router_(operations_),
          unrouted_(*services_.metrics, "none"),
          workers_(options.worker_threads, options.worker_queue_max),
          slow_workers_(options.slow_threads, options.slow_queue_max),
          waiting_workers_(options.waiting_threads, options.waiting_queue_max) {
        context_->clock = services_.clock;
        for (const Operation& operation : operations_)
            metrics_.emplace_back(*services_.metrics, operation.id);
        if (services_.engine != nullptr) {
            const auto begun = begin_system_tables(*services_.engine);
            if (!begun.ok())
                log::error("system tables are not there", {{"reason", begun.error().describe()}});
            if (services_.catalog != nullptr)
                services_.engine->explain_missing_with([catalog = services_.catalog](
                                                           const catalog::TableName& name
                                                       ) { return damage_of(*catalog, name); });
        }
        openapi_ = openapi_document(operations_, services_.version);
    }
    ~ApiImpl() override { ApiImpl::stop(); }

    void handle(Request request, Reply reply) override {
        auto call = std::make_shared<Call>(context_, std::move(request), std::move(reply));
        if (context_->under_way.stopping()) {
            call->set_unrouted(unrouted_);
            return call->answer(
                to_response({.status = 503, .type = "stopping", .detail = "the server is stopping"})
            );
        }
        dispatch(call);
    }

    std::shared_ptr<BodySink> open_body(const Request& head) override {
        const RouteMatch match = router_.find(split_target(head.target).path);
        const Operation* operation = find_operation(match, head.method);
        if (operation == nullptr || !operation->open_body) return nullptr;
        // Refused when it is whole; until then nothing of it goes to the disk.
        if (!check_visitor(head).ok()) return nullptr;
        return operation->open_body(head);
    }

    const std::string& openapi() const override { return openapi_; }

    void stop() override {
        context_->under_way.begin_stop();
        for (Workers* workers : {&slow_workers_, &waiting_workers_, &workers_}) workers->stop();
        context_->under_way.wait_until_none();
    }

private:
    const Operation* find_operation(const RouteMatch& match, std::string_view method) const {
        if (match.operations == nullptr) return nullptr;
        if (method == "HEAD") method = "GET";
        for (const std::size_t index : *match.operations) {
            if (operations_[index].method == method) return &operations_[index];
        }
        return nullptr;
    }

    std::string allowed_methods(const RouteMatch& match) const {
        std::vector<std::string> methods;
        for (const std::size_t index : *match.operations) {
            methods.push_back(operations_[index].method);
            if (operations_[index].method == "GET") methods.emplace_back("HEAD");
        }
        std::sort(methods.begin(), methods.end());
        std::string list;
        for (const std::string& method : methods) list += (list.empty() ? "" : ", ") + method;
        return list;
    }

    void dispatch(const std::shared_ptr<Call>& call) {
        const Target target = split_target(call->request.target);
        const RouteMatch match = router_.find(target.path);
        const Operation* operation = find_operation(match, call->request.method);
        const auto readable = check_target(call->request.target);
        if (operation == nullptr || !readable.ok())
            return refuse_unrouted(*call, match, target, readable);
        call->set_operation(
            *operation, metrics_[static_cast<std::size_t>(operation - operations_.data())]
        );
        if (operation->needs_ready && services_.ready && !services_.ready()) {
            return call->refuse(Error(ErrorCode::Unavailable, "recovery is under way")
                                    .with_hint("GET /readyz answers 200 when it is done."));
        }
        const auto may_ask = check_visitor(call->request);
        if (!may_ask.ok()) return call->refuse(may_ask.error());
        if (operation->scope != Scope::Read && !services_.only_reading.empty()) {
            return call->refuse(Error(ErrorCode::Unavailable, services_.only_reading)
                                    .with_hint("Make room there, then try again."));
        }
        if (!takes_content_type(*operation, call->header("content-type")))
            return refuse_content_type(*call, *operation);
        if (!takes_encoding(*operation, call->header("content-encoding")))
            return refuse_encoding(*call);
        Result<Arguments> arguments = read_arguments(*operation, match, target.query);
        if (!arguments.ok()) return call->refuse(arguments.error());
        call->arguments = std::move(arguments).take();
        run(*operation, call);
    }

    void refuse_unrouted(
        Call& call, const RouteMatch& match, const Target& target, const Result<void>& readable
    ) {
        call.set_unrouted(unrouted_);
        if (!readable.ok()) return call.refuse(readable.error());
        if (match.operations != nullptr) {
            return call.answer(method_not_allowed(call.request.method, allowed_methods(match)));
        }
        if (auto page = ui_answer(call.request, target.path)) return call.answer(*std::move(page));
        call.refuse(Error(ErrorCode::NotFound, "there is nothing at " + std::string(target.path))
                        .with_hint("GET /openapi.json lists what there is."));
    }

    // Pages are for the same visitors as data.
    std::optional<Response> ui_answer(const Request& request, std::string_view path) const {
        if (!check_visitor(request).ok()) return std::nullopt;
        return answer_with_ui(*site_, request, path);
    }

    // Null: the caller's thread.
    Workers* workers_for(const Operation& operation, const Call& call) {
        switch (operation.runs_for ? operation.runs_for(call) : operation.runs) {
            case Runs::Quick:
                return nullptr;
            case Runs::Worker:
                return &workers_;
            case Runs::WorkerWhenLarge:
                return call.request.body.size() <= quick_body_bytes_max ? nullptr : &workers_;
            case Runs::Slow:
                return &slow_workers_;
            case Runs::Waits:
                return &waiting_workers_;
        }
        return &workers_;
    }

    void run(const Operation& operation, const std::shared_ptr<Call>& call) {
        Workers* workers = workers_for(operation, *call);
        if (workers == nullptr) return operation.handler(call);
        const auto work = [this, &operation, call, workers] {
            // He waited too long: those behind him need not.
            if (workers == &slow_workers_ && call->cancelled())
                return call->refuse(Error(ErrorCode::Cancelled, "the client is gone"));
            operation.handler(call);
        };
        if (workers->submit(work)) return;
        call->answer(to_response(
            {.status = 503,
             .type = "busy",
             .detail = "too many requests of this kind are waiting. " +
                       std::to_string(workers->waiting()) + " wait for a thread.",
             .hint = "Come again in a second."}
        ));
    }

    const Services services_;
    std::shared_ptr<CallContext> context_;
    std::string openapi_;
    const std::vector<Operation> operations_;
    const Router router_;
    const std::shared_ptr<const site::Site> site_ = site::embedded();
    std::deque<OperationMetrics> metrics_;  // as operations_
    OperationMetrics unrouted_;
    Workers workers_;
    Workers slow_workers_;
    Workers waiting_workers_;
};

}  // namespace

std::unique_ptr<Api> make_api(ApiOptions options, Services services) {
    CHECK(services.metrics != nullptr && services.clock != nullptr);
    return std::make_unique<ApiImpl>(options, std::move(services));
}

std::vector<Operation> all_operations(const Services& services, const std::string& openapi) {
    std::vector<Operation> all;
    std::vector<Operation> resources[] = {
        stream_operations(services),          dead_letter_operations(services),
        serving_operations(services),         query_operations(services),
        dashboard_operations(services),       import_operations(services),
        notification_operations(services),    table_operations(services),
        crawl_operations(services),           run_operations(services),
        event_operations(services),           notice_operations(services),
        extract_operations(services),         schedule_operations(services),
        backfill_operations(services),        recipe_operations(services),
        saved_recipe_operations(services),    check_operations(services),
        profile_operations(services),         model_operations(services),
        recommendation_operations(services),  segment_operations(services),
        search_operations(services),          upkeep_operations(services),
        system_operations(services, openapi),
    };
    for (auto& resource : resources) {
        std::move(resource.begin(), resource.end(), std::back_inserter(all));
    }
    return all;
}

const char* to_string(Scope scope) {
    switch (scope) {
        case Scope::Read:
            return "read";
        case Scope::Write:
            return "write";
        case Scope::Admin:
            return "admin";
    }
    return "admin";
}

}  // namespace tradewind::api
