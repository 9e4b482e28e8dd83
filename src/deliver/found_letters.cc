// Letters of imports, read back from the errors folder.
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "deliver/deliver.h"
#include "deliver/lake_file.h"

namespace tradewind::deliver {

namespace {

constexpr std::size_t letters_per_transaction = 1'000;

Result<DeadLetter> letter_of_line(const std::string& source, std::string_view line) {
    const json::Value object = TRY(json::parse(line));
    DeadLetter letter;
    letter.id = object.text_or("id", "");
    letter.source = source;
    letter.stage = object.text_or("stage", "");
    letter.type = object.text_or("type", "");
    letter.reason = object.text_or("reason", "");
    letter.original = object.text_or("original", "");
    if (object.text_or("original_encoding", "") == "base64")
        letter.original = TRY(base64_decode(letter.original));
    letter.record = object.text_or("record", "");
    letter.captured_at = TRY(parse_iso(object.text_or("captured_at", "")));
    letter.file = object.text_or("file", "");
    letter.line = object.integer_or("line", 0);
    if (letter.id.empty()) return Error(ErrorCode::Corruption, "a dead letter has no id");
    return letter;
}

}  // namespace

Result<FoundLetters> restore_letters(
    DeadLetters& letters, const std::string& source, const std::string& path, os::Filesystem& files
) {
    FoundLetters found;
    std::vector<DeadLetter> some;
    const auto add = [&]() -> Result<void> {
        TRY(letters.add(some));
        some.clear();
        return {};
    };
    TRY(for_each_line(files, path, [&](std::string_view line) -> Result<void> {
        some.push_back(TRY(letter_of_line(source, line)));
        ++found.count;
        found.file = some.back().file;
        return some.size() < letters_per_transaction ? Result<void>() : add();
    }));
    TRY(add());
    return found;
}

}  // namespace tradewind::deliver
