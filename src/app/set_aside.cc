#include "app/set_aside.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/text.h"
#include "lake/lake.h"
#include "stream/stream.h"

namespace tradewind::app {

namespace {

constexpr std::size_t named_max = 3;

// What was set aside: a range of a stream, a file of the lake, a store as a whole.
struct Piece {
    std::string path;  // below quarantine
    std::uint64_t bytes = 0;
};

bool is_whole_store(const std::string& name) {
    return name.starts_with("serving-") || name.starts_with("meta.sqlite-");
}

// Of a store one piece, of a folder of the lake each file.
void collect(
    os::Filesystem& files,
    const std::string& root,
    const std::string& below,
    std::vector<Piece>& all
) {
    const auto entries = files.list(below.empty() ? root : os::join(root, below));
    if (!entries.ok()) return;
    for (const os::FileInfo& entry : *entries) {
        const std::string path = below.empty() ? entry.name : below + "/" + entry.name;
        if (!entry.folder) {
            // A note of what is missing is none of the damaged bytes.
            const bool note = below.empty() && entry.name.ends_with(".missing");
            if (!note) all.push_back({path, entry.size});
        } else if (below.empty() && is_whole_store(entry.name)) {
            std::vector<Piece> inside;
            collect(files, root, path, inside);
            Piece store{path, 0};
            for (const Piece& piece : inside) store.bytes += piece.bytes;
            all.push_back(store);
        } else {
            collect(files, root, path, all);
        }
    }
}

std::string counted(std::size_t count, const char* one, const char* several) {
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

std::string kinds_of(const std::vector<Piece>& pieces) {
    std::size_t streams = 0;
    std::size_t stores = 0;
    for (const Piece& piece : pieces) {
        const bool top = piece.path.find('/') == std::string::npos;
        stores += top && is_whole_store(piece.path) ? 1 : 0;
        streams += top && piece.path.ends_with(".bytes") ? 1 : 0;
    }
    const std::size_t lake = pieces.size() - streams - stores;
    std::string text;
    const auto add = [&](std::size_t count, const char* one, const char* several) {
        if (count > 0) text += (text.empty() ? "" : ", ") + counted(count, one, several);
    };
    add(streams, "range of a stream", "ranges of streams");
    add(lake, "file of the lake", "files of the lake");
    add(stores, "store", "stores");
    return text;
}

std::string names_of(const std::vector<Piece>& pieces) {
    std::string text;
    for (std::size_t i = 0; i < pieces.size() && i < named_max; ++i)
        text += (i == 0 ? "" : ", ") + pieces[i].path;
    if (pieces.size() > named_max)
        text += " and " + std::to_string(pieces.size() - named_max) + " more";
    return text;
}

}  // namespace

Finding examine_quarantine(os::Filesystem& files, const std::string& folder) {
    std::vector<Piece> pieces;
    collect(files, folder, "", pieces);
    if (pieces.empty()) return {"quarantine", Health::Ok, "nothing is set aside as damaged", ""};
    std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
        return a.path < b.path;
    });
    std::uint64_t bytes = 0;
    for (const Piece& piece : pieces) bytes += piece.bytes;
    return {
        "quarantine",
        Health::Warning,
        kinds_of(pieces) + " (" + format_bytes(static_cast<std::int64_t>(bytes)) +
            ") set aside as damaged in " + folder + ": " + names_of(pieces),
        "`tradewind verify` says what is missing. Have it delivered again, then remove what lies "
        "there: the program never reads it, and this warning goes with it."
    };
}

Finding examine_lost_records(os::Filesystem& files, const std::string& folder) {
    const std::vector<stream::Missing> missing = stream::find_missing(files, folder);
    if (missing.empty())
        return {"lost records", Health::Ok, "no record of a stream is missing", ""};
    std::string details;
    for (std::size_t i = 0; i < missing.size() && i < named_max; ++i) {
        details += (i == 0 ? "" : "; ") + missing[i].stream + ": positions " +
                   std::to_string(missing[i].first.value) + " to " +
                   std::to_string(missing[i].last.value) + " (" + missing[i].path + ")";
    }
    if (missing.size() > named_max)
        details += "; and " + std::to_string(missing.size() - named_max) + " more";
    return {
        "lost records",
        Health::Warning,
        "records are missing in streams: " + details,
        "Send them again, or restore a backup; what the sinks took before is still in the tables. "
        "Then remove the note: until then verify and doctor tell of it."
    };
}

namespace {

Finding not_served(const std::vector<std::string>& datasets) {
    std::string names;
    for (std::size_t i = 0; i < datasets.size() && i < named_max; ++i)
        names += (i == 0 ? "" : ", ") + datasets[i];
    if (datasets.size() > named_max)
        names += " and " + std::to_string(datasets.size() - named_max) + " more";
    return {
        "lost rows",
        Health::Failed,
        "the version files of " + names + " cannot be read: nothing of it is served",
        "`tradewind verify` goes on from what can be recovered, and says what is missing."
    };
}

}  // namespace

namespace {

// What a server is just making looks the same for a moment: only what stays so is told.
std::vector<std::string> lastingly_unreadable(os::Filesystem& files, const std::string& lake_root) {
    constexpr int looks = 3;
    constexpr std::chrono::milliseconds pause{300};
    std::vector<std::string> unreadable = lake::find_unreadable_datasets(files, lake_root);
    for (int i = 1; i < looks && !unreadable.empty(); ++i) {
        std::this_thread::sleep_for(pause);
        const auto now = lake::find_unreadable_datasets(files, lake_root);
        std::erase_if(unreadable, [&](const std::string& dataset) {
            return std::ranges::find(now, dataset) == now.end();
        });
    }
    return unreadable;
}

}  // namespace

Finding examine_lost_rows(os::Filesystem& files, const std::string& lake_root) {
    const std::vector<std::string> unreadable = lastingly_unreadable(files, lake_root);
    if (!unreadable.empty()) return not_served(unreadable);
    const std::vector<lake::LostRows> lost = lake::find_lost_rows(files, lake_root);
    if (lost.empty()) return {"lost rows", Health::Ok, "no row of the lake is missing", ""};
    std::int64_t count = 0;
    std::string details;
    for (std::size_t i = 0; i < lost.size(); ++i) {
        count += lost[i].row_count;
        if (i < named_max) details += (i == 0 ? "" : "; ") + lake::describe(lost[i]);
    }
    if (lost.size() > named_max)
        details += "; and " + std::to_string(lost.size() - named_max) + " more files";
    return {
        "lost rows",
        Health::Warning,
        std::to_string(count) + (count == 1 ? " row is" : " rows are") + " missing: " + details,
        "Deliver a file again with other bytes (a line break at its end will do): it takes the "
        "place of what is left of the first. Rows of a stream must be sent again."
    };
}

}  // namespace tradewind::app
