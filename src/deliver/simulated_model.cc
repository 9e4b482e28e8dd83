#include "deliver/simulated_model.h"

#include "base/text.h"

namespace tradewind::deliver::simulation {

namespace {

void add_streamed(std::int64_t id, Fate fate, Holdings& all) {
    all.stream.push_back(id);
    if (fate != Fate::Rejected) all.raw.push_back(id);
    if (fate == Fate::Good) {
        all.table.push_back(id);
        all.serving.push_back(id);
    } else if (fate != Fate::Filtered) {
        all.letters.push_back(id);
        all.errors.push_back(id);
    }
}

// The errors folder tells what was delivered, and keeps it when a correction came later.
void add_imported(const ImportJob& job, const Item& item, Holdings& all) {
    const bool failed = item.fate == Fate::Rejected || item.fate == Fate::Failing;
    if (failed) all.errors.push_back(item.id);
    if (job.replaced) return;
    if (failed) all.letters.push_back(item.id);
    if (item.fate != Fate::Good) return;
    all.table.push_back(item.id);
    all.serving.push_back(item.id);
}

}  // namespace

std::string body_of(const Item& item) {
    const std::string parts = item.fate == Fate::Good       ? "2"
                              : item.fate == Fate::Filtered ? "-1"
                              : item.fate == Fate::Failing  ? "0"
                                                            : "\"many\"";
    return R"({"invoice":")" + item.invoice + R"(","id":)" + std::to_string(item.id) +
           R"(,"parts":)" + parts + "}";
}

std::int64_t id_in(std::string_view text) {
    // First as it is quoted in another document: that one may have an "id" of its own.
    for (const std::string_view name : {R"(\"id\":)", R"("id":)"}) {
        const std::size_t at = text.find(name);
        if (at == std::string_view::npos) continue;
        const std::string_view rest = text.substr(at + name.size());
        return parse_integer(rest.substr(0, rest.find_first_not_of("0123456789"))).value_or(0);
    }
    return 0;
}

ImportJob* Model::open_import() {
    if (imports.empty()) return nullptr;
    ImportJob& last = imports.back();
    const bool open =
        last.state == ImportJob::State::Open || last.state == ImportJob::State::GivenUp;
    return open ? &last : nullptr;
}

Holdings Model::expected() const {
    Holdings all;
    for (const auto& [id, fate] : acknowledged) add_streamed(id, fate, all);
    for (const ImportJob& job : imports) {
        if (job.state != ImportJob::State::Done) continue;
        for (const Item& item : job.rows) add_imported(job, item, all);
    }
    return all;
}

}  // namespace tradewind::deliver::simulation
