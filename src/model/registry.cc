#include "model/registry.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"

namespace tradewind::model {

namespace {

constexpr std::size_t versions_kept = 10;
constexpr std::size_t history_kept = 100;
// A model of 206,000 users and 50,000 products stays below a tenth of it.
constexpr std::uint64_t file_bytes_max = std::uint64_t{4} << 30;
constexpr std::uint64_t card_bytes_max = 16u << 20;
constexpr const char* card_name = "model.json";
constexpr const char* promoted_name = "promoted.json";
constexpr std::string_view draft_prefix = ".draft-";

Error damaged(const std::string& path, const std::string& why) {
    return Error(ErrorCode::Corruption, path + " is damaged: " + why)
        .with_hint("Train the model anew, or roll back to another version.");
}

// The card ends in a checksum of what stands before it.
std::string sealed(json::Value card) {
    const std::string body = card.dump();
    card.set("checksum", hash128(body));
    return card.dump_pretty() + "\n";
}

Result<json::Value> unsealed(const std::string& path, const std::string& text) {
    const auto parsed = json::parse(text);
    if (!parsed.ok()) return damaged(path, parsed.error().message());
    json::Value card = json::Value::object();
    for (const auto& [name, value] : parsed->members())
        if (name != "checksum") card.set(name, value);
    if (parsed->text_or("checksum", "") != hash128(card.dump()))
        return damaged(path, "its checksum is another");
    return card;
}

}  // namespace

Result<std::vector<std::int64_t>> Registry::versions(const std::string& model) {
    std::vector<std::int64_t> found;
    const auto entries = files_.list(folder(model));
    if (!entries.ok()) {
        if (entries.error().code() == ErrorCode::NotFound) return found;
        return entries.error();
    }
    for (const os::FileInfo& entry : *entries) {
        const auto number = entry.folder ? parse_integer(entry.name) : std::nullopt;
        if (number && *number > 0) found.push_back(*number);
    }
    std::ranges::sort(found, std::greater{});
    return found;
}

Result<std::int64_t> Registry::add(
    const std::string& model, json::Value card, const std::map<std::string, std::string>& files
) {
    std::lock_guard lock(mutex_);
    const auto known = TRY(versions(model));
    std::int64_t number = known.empty() ? 1 : known.front() + 1;
    for (const std::int64_t once : TRY(history(model))) number = std::max(number, once + 1);
    card.set("version", number);
    json::Value& list = card.set("files", json::Value::array());
    const std::string draft = os::join(folder(model), std::string(draft_prefix) + "1");
    TRY(os::remove_tree(files_, draft));
    TRY(files_.create_folders(draft));
    for (const auto& [name, bytes] : files) {
        json::Value& file = list.add(json::Value::object());
        file.set("name", name);
        file.set("bytes", static_cast<std::int64_t>(bytes.size()));
        file.set("checksum", hash128(bytes));
        TRY(os::write_file_atomic(files_, os::join(draft, name), bytes));
    }
    TRY(os::write_file_atomic(files_, os::join(draft, card_name), sealed(std::move(card))));
    TRY(files_.rename(draft, folder(model, number)));
    TRY(files_.sync_folder(folder(model)));
    drop_old(model);
    return number;
}

Result<json::Value> Registry::card(const std::string& model, std::int64_t version) {
    const std::string path = os::join(folder(model, version), card_name);
    if (!files_.exists(folder(model, version))) {
        return Error(
            ErrorCode::NotFound, "there is no version " + std::to_string(version) + " of " + model
        );
    }
    const auto text = os::read_file(files_, path, card_bytes_max);
    if (!text.ok()) return damaged(path, text.error().message());
    return unsealed(path, *text);
}

Result<StoredVersion> Registry::load(const std::string& model, std::int64_t version) {
    StoredVersion stored;
    stored.number = version;
    stored.card = TRY(card(model, version));
    const json::Value* list = stored.card.find("files");
    for (const json::Value& file : list ? list->items() : std::vector<json::Value>()) {
        const std::string name = file.text_or("name", "");
        const std::string path = os::join(folder(model, version), name);
        auto bytes = os::read_file(files_, path, file_bytes_max);
        if (!bytes.ok()) return damaged(path, bytes.error().message());
        if (hash128(*bytes) != file.text_or("checksum", ""))
            return damaged(path, "its checksum is another");
        stored.files[name] = std::move(bytes).take();
    }
    return stored;
}

Result<std::vector<std::int64_t>> Registry::history(const std::string& model) {
    const std::string path = os::join(folder(model), promoted_name);
    std::vector<std::int64_t> found;
    if (!files_.exists(path)) return found;
    const auto text = os::read_file(files_, path, card_bytes_max);
    auto read = text.ok() ? unsealed(path, *text) : Result<json::Value>(text.error());
    if (!read.ok()) {
        log::error("which model is promoted cannot be read", {{"reason", read.error().describe()}});
        return found;
    }
    const json::Value* list = read->find("promoted");
    for (const json::Value& one : list ? list->items() : std::vector<json::Value>())
        found.push_back(TRY(one.as_integer()));
    return found;
}

Result<void> Registry::write_history(
    const std::string& model, const std::vector<std::int64_t>& history
) {
    json::Value body = json::Value::object();
    json::Value& list = body.set("promoted", json::Value::array());
    for (std::size_t i = 0; i < std::min(history.size(), history_kept); ++i)
        list.add(json::Value::number(history[i]));
    return os::write_file_atomic(files_, os::join(folder(model), promoted_name), sealed(body));
}

Result<std::int64_t> Registry::promoted(const std::string& model) {
    const auto all = TRY(history(model));
    return all.empty() ? std::int64_t{0} : all.front();
}

Result<std::vector<std::int64_t>> Registry::promoted_before(const std::string& model) {
    auto all = TRY(history(model));
    if (!all.empty()) all.erase(all.begin());
    return all;
}

Result<void> Registry::promote(const std::string& model, std::int64_t version) {
    std::lock_guard lock(mutex_);
    auto all = TRY(history(model));
    if (!all.empty() && all.front() == version) return {};
    all.insert(all.begin(), version);
    return write_history(model, all);
}

Result<std::int64_t> Registry::rollback(const std::string& model) {
    std::lock_guard lock(mutex_);
    auto all = TRY(history(model));
    if (all.size() < 2) {
        return Error(ErrorCode::Conflict, "no version of " + model + " was promoted before")
            .with_hint("Promote one by its number: tradewind promote MODEL VERSION.");
    }
    all.erase(all.begin());
    TRY(write_history(model, all));
    return all.front();
}

void Registry::drop_old(const std::string& model) {
    const auto all = versions(model);
    const auto promoted = history(model);
    if (!all.ok() || !promoted.ok()) return;
    std::set<std::int64_t> kept;
    for (std::size_t i = 0; i < std::min<std::size_t>(promoted->size(), 2); ++i)
        kept.insert((*promoted)[i]);
    for (std::size_t i = versions_kept; i < all->size(); ++i) {
        if (kept.contains((*all)[i])) continue;
        const auto gone = os::remove_tree(files_, folder(model, (*all)[i]));
        if (!gone.ok())
            log::warn("an old model was not removed", {{"reason", gone.error().describe()}});
    }
}

std::map<std::string, std::vector<VersionDamage>> Registry::verify() {
    std::map<std::string, std::vector<VersionDamage>> damage;
    const auto packages = files_.list(root_);
    if (!packages.ok()) return damage;
    for (const os::FileInfo& package : *packages) {
        const auto models = files_.list(os::join(root_, package.name));
        if (!package.folder || !models.ok()) continue;
        for (const os::FileInfo& one : *models) {
            const std::string model = os::join(package.name, one.name);
            const auto numbers = versions(model);
            for (const std::int64_t n : numbers.ok() ? *numbers : std::vector<std::int64_t>()) {
                const auto loaded = load(model, n);
                if (!loaded.ok()) damage[model].push_back({n, loaded.error().describe()});
            }
        }
    }
    return damage;
}

}  // namespace tradewind::model
