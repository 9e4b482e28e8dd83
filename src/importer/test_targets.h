// For tests: the targets of a source, which remember what they got and can be made to fail.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "importer/importing.h"
#include "importer/test_power.h"
#include "os/filesystem.h"

namespace tradewind::importer::testing_support {

// A row as the tests see it: (row number, "invoice|quantity").
using Rows = std::map<std::int64_t, std::string>;

// What the targets hold; it survives crashes, as theirs does.
struct Targets {
    std::mutex mutex;
    Power power;
    std::map<std::int64_t, Rows> serving;                 // by origin
    std::map<std::int64_t, std::int64_t> serving_cursor;  // stays when rows are taken back
    std::map<std::int64_t, Rows> table;
    std::map<std::int64_t, std::map<std::int64_t, deliver::RejectedRow>> letters;  // by line
    std::map<std::int64_t, std::string> originals;
    std::size_t rejections_max = 1000;
    std::map<std::int64_t, deliver::LoadTicket> tickets;  // of those begun, by origin
    std::int64_t table_version = 0;
    bool shown = true;                                  // what reports say
    std::map<std::int64_t, deliver::KeptVersion> kept;  // by origin
    std::vector<std::int64_t> begun;
    // The next so many calls of that name fail with that code: "keep", "begin", "add", "commit",
    // "abandon".
    std::map<std::string, std::pair<int, ErrorCode>> failures;
    // Called before the thing happens, without the lock.
    std::function<void(const std::string& call)> before;
    std::string lake_folder;

    Result<void> step(const std::string& call) {
        if (before) before(call);
        std::lock_guard lock(mutex);
        auto& [count, code] = failures[call];
        if (count > 0) {
            --count;
            return Error(code, call + " does not work now");
        }
        if (!power.use()) return power_is_gone();
        return {};
    }
};

class FakeLoad : public deliver::Load {
public:
    FakeLoad(Targets& targets, deliver::LoadTicket ticket)
        : targets_(targets), ticket_(std::move(ticket)) {}

    Result<void> add(
        RowBatch rows, std::vector<deliver::RejectedRow> rejected, std::vector<std::int64_t> lines
    ) override {
        CHECK(lines.size() == rows.row_count());
        TRY(targets_.step("add"));
        std::lock_guard lock(targets_.mutex);
        Rows fresh;
        for (std::size_t i = 0; i < rows.row_count(); ++i) {
            const Provenance& provenance = rows.provenance(i);
            EXPECT_EQ(provenance.received_at.micros, ticket_.received_at.micros);
            fresh[provenance.sequence] = std::string(rows.column(0).text(i)) + "|" +
                                         std::to_string(rows.column(1).integer(i));
        }
        rows_.insert(fresh.begin(), fresh.end());
        if (!ticket_.replaces) serve(fresh);
        for (auto& row : rejected) targets_.letters[origin()][row.line] = std::move(row);
        if (targets_.letters[origin()].size() > targets_.rejections_max) {
            return Error(ErrorCode::ResourceExhausted, "too many rows break the contract");
        }
        return {};
    }

    Result<deliver::LoadReport> commit() override {
        TRY(targets_.step("commit"));
        deliver::LoadReport report;
        report.table_version = ++targets_.table_version;
        report.shown = targets_.shown;
        report.row_count = static_cast<std::int64_t>(rows_.size());
        if (ticket_.replaces) {
            TRY(change([&] { targets_.serving.erase(ticket_.replaces->value); }));
            TRY(change([&] { serve(rows_); }));
        }
        TRY(change([&] {
            if (ticket_.replaces) {
                report.replaced_count =
                    static_cast<std::int64_t>(targets_.table[ticket_.replaces->value].size());
                targets_.table.erase(ticket_.replaces->value);
            }
            targets_.table[origin()] = rows_;
            report.rejected_count = static_cast<std::int64_t>(targets_.letters[origin()].size());
        }));
        if (ticket_.replaces) {
            TRY(change([&] { targets_.letters.erase(ticket_.replaces->value); }));
        }
        TRY(targets_.step("committed"));
        return report;
    }

    Result<void> abandon() override {
        TRY(targets_.step("abandon"));
        TRY(change([&] { targets_.serving.erase(origin()); }));
        return change([&] { targets_.letters.erase(origin()); });
    }

private:
    std::int64_t origin() const { return ticket_.origin.value; }

    Result<void> change(const std::function<void()>& f) {
        std::lock_guard lock(targets_.mutex);
        if (!targets_.power.use()) return power_is_gone();
        f();
        return {};
    }

    // Skips what is there, as the serving tables do by their cursor.
    void serve(const Rows& rows) {
        std::int64_t& cursor = targets_.serving_cursor[origin()];
        for (const auto& [sequence, text] : rows) {
            if (sequence <= cursor) continue;
            targets_.serving[origin()][sequence] = text;
            cursor = sequence;
        }
    }

    Targets& targets_;
    const deliver::LoadTicket ticket_;
    Rows rows_;
};

class FakeDelivery : public deliver::Delivery {
public:
    FakeDelivery(
        std::shared_ptr<const contract::Contract> contract, Targets& targets, os::Filesystem& files
    )
        : contract_(std::move(contract)), targets_(targets), files_(files) {}

    const contract::Contract& contract() const override { return *contract_; }
    Result<std::unique_ptr<deliver::Load>> begin_load(const deliver::LoadTicket& ticket) override {
        TRY(targets_.step("begin"));
        std::lock_guard lock(targets_.mutex);
        targets_.begun.push_back(ticket.origin.value);
        targets_.tickets[ticket.origin.value] = ticket;
        return std::unique_ptr<deliver::Load>(std::make_unique<FakeLoad>(targets_, ticket));
    }
    Result<std::string> keep_original(const deliver::LoadTicket& ticket, const std::string& path)
        override {
        TRY(targets_.step("keep"));
        const std::int64_t origin = ticket.origin.value;
        {
            std::lock_guard lock(targets_.mutex);
            if (targets_.originals.contains(origin)) return targets_.originals[origin];
        }
        const std::string to = os::join(targets_.lake_folder, std::to_string(origin));
        TRY(os::write_file_atomic(files_, to, TRY(os::read_file(files_, path, 1u << 30))));
        TRY(targets_.step("kept"));
        std::lock_guard lock(targets_.mutex);
        return targets_.originals[origin] = to;
    }

    stream::Stream* stream() override { return nullptr; }
    Result<void> start() override { return {}; }
    void stop(std::int64_t) override {}
    Result<bool> step(const std::string&) override { return false; }
    std::vector<deliver::SinkStatus> sinks() override { return {}; }
    Result<void> pause(const std::string&, bool) override { return {}; }
    Result<void> wait_applied(Position, std::int64_t) override { return {}; }
    Result<void> flush() override { return {}; }
    Result<std::optional<deliver::KeptVersion>> kept_version(OriginId origin, std::int64_t number)
        override {
        std::lock_guard lock(targets_.mutex);
        const auto kept = targets_.kept.find(origin.value);
        if (kept == targets_.kept.end() || kept->second.number != number)
            return std::optional<deliver::KeptVersion>();
        return std::optional(kept->second);
    }
    Result<void> rebuild_serving() override { return {}; }
    Result<void> republish() override { return {}; }
    std::vector<contract::FilteredCount> filtered() override { return {}; }

private:
    std::shared_ptr<const contract::Contract> contract_;
    Targets& targets_;
    os::Filesystem& files_;
};

}  // namespace tradewind::importer::testing_support
