// Files that no version names, or not yet, and that the sweep must leave alone all the same: being
// written, finished and waiting for their commit, named by a commit under way.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "lake/lake.h"

namespace tradewind::lake {

// All methods: any thread.
class HeldFiles {
public:
    // From now on the path is somebody's. AlreadyExists when it is already.
    Result<void> hold(const std::string& path);
    // The held file is whole and lies there.
    void finished(const DataFile& file);
    // It never came to be.
    void release(const std::string& path);
    // As finished() was told; nothing for what is not held or not finished.
    std::optional<DataFile> find(const std::string& path) const;

    // Calls `remove` and lets go of the path, unless a commit is under way with it or left it in
    // doubt, or it is not held at all.
    Result<void> discard(const std::string& path, const std::function<Result<void>()>& remove);

    // A commit is about to name these: held until end_commit, also when nobody held them before.
    void begin_commit(const std::vector<DataFile>& files);
    enum class Outcome {
        Committed,  // the version keeps them from now on
        Failed,     // as they were
        InDoubt,    // the medium may hold a version that names them: kept until the lake is opened
                    // again
    };
    void end_commit(const std::vector<DataFile>& files, Outcome outcome);

    // While a sweep runs, files that a commit named stay held: the sweep may have looked at the
    // versions before that commit.
    void begin_sweep();
    void end_sweep();
    // Calls `remove` unless the path is held; nobody can begin to hold it meanwhile.
    Result<bool> remove_unheld(
        const std::string& path, const std::function<Result<void>()>& remove
    );

    void hold_scratch(const std::string& name);
    void release_scratch(const std::string& name);
    bool holds_scratch(const std::string& name) const;

private:
    struct Entry {
        std::optional<DataFile> file;  // once finished
        bool owned = false;            // by hold(); else only commits hold it
        int commits = 0;               // under way
        bool in_doubt = false;
        bool after_sweep = false;  // let go when the sweep ends
    };
    struct State {
        std::map<std::string, Entry> entries;
        std::set<std::string> scratch;
        bool sweeping = false;
    };
    static void let_go(State& state, const std::string& path, Outcome outcome);

    Guarded<State> state_;
};

}  // namespace tradewind::lake
