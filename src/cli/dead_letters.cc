#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

constexpr std::uint64_t repaired_bytes_max = 1u << 20;

std::string letter_target(const std::string& id) {
    return "/v1/deadletters/" + url_encode(id);
}

std::string list_target(const LettersOptions& options) {
    std::string target = "/v1/deadletters?limit=" + std::to_string(options.limit);
    if (!options.stream.empty()) target += "&stream=" + url_encode(options.stream);
    if (!options.state.empty()) target += "&state=" + url_encode(options.state);
    if (!options.cursor.empty()) target += "&cursor=" + url_encode(options.cursor);
    return target;
}

Result<std::string> repaired_record(const std::string& given) {
    if (!given.starts_with('@')) return given;
    const auto files = os::make_posix_filesystem();
    return os::read_file(*files, given.substr(1), repaired_bytes_max);
}

}  // namespace

Result<int> list_letters(const Context& context, const LettersOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = list_target(options);
    const json::Value page = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(page.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    if (const json::Value* letters = page.find("dead_letters")) {
        for (const json::Value& letter : letters->items()) {
            rows.push_back(
                {letter.text_or("id", ""),
                 letter.text_or("stage", ""),
                 letter.text_or("state", ""),
                 letter.text_or("captured_at", ""),
                 letter.text_or("reason", "")}
            );
        }
    }
    print(format_table({"id", "stage", "state", "captured_at", "reason"}, rows));
    const json::Value* next = page.find("next_cursor");
    if (next != nullptr && !next->is_null())
        note("there are more; the next page: --cursor " + next->text());
    return exit_ok;
}

Result<int> show_letter(const Context& context, const LettersOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = letter_target(options.id);
    const json::Value letter = TRY(call_json(*connection, request));
    print_line(context.json ? letter.dump() : letter.dump_pretty());
    return exit_ok;
}

Result<int> replay_letter(const Context& context, const LettersOptions& options) {
    const auto connection = TRY(context.connect());
    const std::string body = TRY(repaired_record(options.repaired));
    HttpRequest request;
    request.method = "POST";
    request.target = letter_target(options.id) + "/replay";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body;
    const json::Value answer = TRY(call_json(*connection, request));
    print_line(context.json ? answer.dump() : options.id + " was replayed");
    return exit_ok;
}

Result<int> discard_letter(const Context& context, const LettersOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.method = "POST";
    request.target = letter_target(options.id) + "/discard";
    const json::Value answer = TRY(call_json(*connection, request));
    print_line(context.json ? answer.dump() : options.id + " was discarded");
    return exit_ok;
}

}  // namespace tradewind::cli
