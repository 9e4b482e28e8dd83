// Dead letters: records that could not be used, with all that is needed to repair and replay them.
#include "api/operations.h"
#include "api/replies.h"
#include "api/stream_access.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t letters_default = 100;
constexpr std::int64_t letters_max = 1000;

std::optional<deliver::LetterState> state_of(const std::string& name) {
    if (name == "open") return deliver::LetterState::Open;
    if (name == "replayed") return deliver::LetterState::Replayed;
    if (name == "discarded") return deliver::LetterState::Discarded;
    return std::nullopt;
}

void write_letter(json::Writer& writer, const deliver::DeadLetter& letter) {
    writer.begin_object();
    writer.key("id");
    writer.string(letter.id);
    writer.key("stream");
    writer.string(letter.source);
    writer.key("stage");
    writer.string(letter.stage);
    writer.key("type");
    writer.string(letter.type);
    writer.key("reason");
    writer.string(letter.reason);
    write_bytes(writer, "original", letter.original);
    writer.key("state");
    writer.string(deliver::to_string(letter.state));
    writer.key("captured_at");
    write_time(writer, letter.captured_at);
    writer.key("file");
    letter.file.empty() ? writer.null() : writer.string(letter.file);
    writer.key("line");
    letter.file.empty() ? writer.null() : writer.number(letter.line);
    writer.end_object();
}

Value letter_schema() {
    return object(
        {{"id", text("The same for ever; may hold slashes.")},
         {"stream", text("The source whose contract it broke.")},
         {"stage", one_of({"door", "delivery", "import"}, "Where it was refused.")},
         {"type", text("invalid_json, missing_field, wrong_type, …")},
         {"reason", text()},
         {"original", text("The record as it was received.")},
         {"original_encoding", one_of({"utf-8", "base64"})},
         {"state", one_of({"open", "replayed", "discarded"})},
         {"captured_at", time_schema()},
         {"file", nullable(text("Of an import."))},
         {"line", nullable(integer("In the file, from 1."))}}
    );
}

Parameter id_parameter() {
    return {
        .name = "id",
        .in = In::Path,
        .required = true,
        .description = "The dead letter's id; its slashes may be escaped or not.",
        .example = ""
    };
}

Operation letter_operation(
    std::string id, std::string method, std::string path, std::string summary
) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = std::move(path);
    operation.tag = "dead letters";
    operation.summary = std::move(summary);
    return operation;
}

// A stream, a source of files, or one that has letters from before its package was changed.
Result<void> require_known(const Services& services, const std::string& source) {
    if (services.streams.contains(source) || services.deliveries.contains(source)) return {};
    for (const package::Package& one : services.packages) {
        for (const package::YamlFile& file : one.sources) {
            if (file.document["source"].scalar() == source) return {};
        }
    }
    deliver::LetterFilter any;
    any.source = source;
    any.limit = 1;
    if (!TRY(services.dead_letters->list(any)).letters.empty()) return {};
    return find_stream(services, source).error();
}

Result<Response> list(const Services& services, const Call& call) {
    deliver::DeadLetters& letters = *services.dead_letters;
    deliver::LetterFilter filter;
    filter.source = call.arguments.optional_text("stream");
    filter.state = state_of(call.arguments.text("state"));
    filter.limit = call.arguments.integer_or("limit", letters_default);
    filter.cursor = call.arguments.optional_text("cursor");
    if (filter.source) TRY(require_known(services, *filter.source));
    const deliver::LetterPage page = TRY(letters.list(filter));
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key("dead_letters");
    writer.begin_array();
    for (const deliver::DeadLetter& letter : page.letters) write_letter(writer, letter);
    writer.end_array();
    writer.key("next_cursor");
    page.next_cursor ? writer.string(*page.next_cursor) : writer.null();
    writer.end_object();
    return json_response(std::move(body));
}

Operation list_operation(const Services& services) {
    Operation operation = letter_operation(
        "list_dead_letters", "GET", "/v1/deadletters", "Dead letters, newest first."
    );
    operation.parameters = {
        {.name = "stream",
         .description = "Only of this stream or source.",
         .example = "online_retail"},
        {.name = "state",
         .description = "Only in this state.",
         .example = "open",
         .choices = {"open", "replayed", "discarded"}},
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 100.",
         .example = "10",
         .min = 1,
         .max = letters_max},
        {.name = "cursor", .description = "next_cursor of the page before.", .example = ""},
    };
    operation.answers = {json_answer(
        "A page; next_cursor is null at the end.",
        object({{"dead_letters", array(letter_schema())}, {"next_cursor", nullable(text())}})
    )};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) { return list(services, call); });
    return operation;
}

Result<Response> show(deliver::DeadLetters& letters, const std::string& id) {
    const deliver::DeadLetter letter = TRY(letters.show(id));
    std::string body;
    json::Writer writer(body);
    write_letter(writer, letter);
    return json_response(std::move(body));
}

Operation show_operation(deliver::DeadLetters& letters) {
    Operation operation =
        letter_operation("show_dead_letter", "GET", "/v1/deadletters/{id...}", "One dead letter.");
    operation.parameters = {id_parameter()};
    operation.answers = {json_answer("The dead letter.", letter_schema())};
    operation.problems = {404};
    operation.handler =
        answering([&letters](Call& call) { return show(letters, call.arguments.text("id")); });
    return operation;
}

Operation replay_operation(deliver::DeadLetters& letters) {
    Operation operation = letter_operation(
        "replay_dead_letter",
        "POST",
        "/v1/deadletters/{id...}/replay",
        "Append the record to its stream, repaired or as it is; once for ever."
    );
    operation.description =
        "The body is the repaired record; without one the original is tried again, for a contract "
        "that was changed "
        "meanwhile. A record that still breaks the contract stays open.";
    operation.scope = Scope::Write;
    operation.parameters = {id_parameter()};
    operation.body = RequestBody{false, {json_media(open_object({}, "The repaired record."))}};
    operation.answers = {json_answer("The record is in the stream.", append_schema())};
    operation.problems = {404, 409};
    operation.handler = answering([&letters](Call& call) -> Result<Response> {
        std::optional<std::string> repaired;
        if (!call.request.body.empty()) repaired = std::move(call.request.body);
        return append_response(TRY(letters.replay(call.arguments.text("id"), repaired)));
    });
    return operation;
}

Operation discard_operation(deliver::DeadLetters& letters) {
    Operation operation = letter_operation(
        "discard_dead_letter",
        "POST",
        "/v1/deadletters/{id...}/discard",
        "Give a record up; it stays readable."
    );
    operation.scope = Scope::Write;
    operation.parameters = {id_parameter()};
    operation.answers = {json_answer("The dead letter as it is now.", letter_schema())};
    operation.problems = {404, 409};
    operation.handler = answering([&letters](Call& call) -> Result<Response> {
        TRY(letters.discard(call.arguments.text("id")));
        return show(letters, call.arguments.text("id"));
    });
    return operation;
}

}  // namespace

std::vector<Operation> dead_letter_operations(const Services& services) {
    if (services.dead_letters == nullptr) return {};
    deliver::DeadLetters& letters = *services.dead_letters;
    return {
        list_operation(services),
        show_operation(letters),
        replay_operation(letters),
        discard_operation(letters)
    };
}

}  // namespace tradewind::api
