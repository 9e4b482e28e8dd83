// The importer's part in a simulation: it has a durable record of each job, goes on after a crash,
// and gives a file up now and then.
#include <algorithm>

#include "deliver/simulation.h"

namespace tradewind::deliver::simulation {

namespace {

constexpr std::size_t batch_rows = 2;

struct FileBatch {
    RowBatch rows;
    std::vector<RejectedRow> rejected;
};

void add_row(const ImportJob& job, std::size_t index, FileBatch& batch) {
    const Item& item = job.rows[index];
    const auto row = static_cast<std::int64_t>(index) + 1;
    if (item.fate == Fate::Rejected) {
        batch.rejected.push_back({row, row + 1, {"wrong_type", "", "refused"}, body_of(item)});
        return;
    }
    batch.rows.column(0).add_text(item.invoice);
    batch.rows.column(1).add_integer(item.id);
    batch.rows.column(2).add_integer(
        item.fate == Fate::Filtered  ? -1
        : item.fate == Fate::Failing ? 0
                                     : 2
    );
    batch.rows.commit_row({PartitionId(0), row, job.received_at});
}

std::int64_t count(const ImportJob& job, std::initializer_list<Fate> fates) {
    return std::count_if(job.rows.begin(), job.rows.end(), [&](const Item& item) {
        return std::find(fates.begin(), fates.end(), item.fate) != fates.end();
    });
}

LoadTicket ticket_of(const ImportJob& job) {
    return {job.origin, job.identity, "hash", job.replaces, job.received_at};
}

}  // namespace

void Simulation::import_something() {
    if (model_.open_import() == nullptr) model_.imports.push_back(make_import());
    static_cast<void>(continue_import(false).ok());
}

ImportJob Simulation::make_import() {
    ImportJob job;
    job.origin = OriginId(static_cast<std::int64_t>(model_.imports.size()) + 1);
    job.identity = "file-" + std::to_string(random_.below(2)) + ".csv";
    job.received_at = machine_.clock.now();
    const std::uint64_t row_count = 1 + random_.below(6);
    for (std::uint64_t i = 0; i < row_count; ++i) {
        const Fate fate = draw_fate();
        job.rows.push_back(make_item(fate == Fate::Broken ? Fate::Rejected : fate));
    }
    for (const ImportJob& earlier : model_.imports) {
        const bool current = earlier.state == ImportJob::State::Done && !earlier.replaced;
        if (current && earlier.identity == job.identity) job.replaces = earlier.origin;
    }
    return job;
}

Result<void> Simulation::continue_import(bool to_the_end) {
    ImportJob& job = *model_.open_import();
    if (job.state == ImportJob::State::GivenUp) return take_back(job);
    tell(job.replaces ? "imports a correction" : "imports", job.origin.value);
    const std::int64_t applied = applied_of(job);
    life_->serving().forget_tries(cursor_of(job));
    auto load = TRY(life_->delivery().begin_load(ticket_of(job)));
    for (std::size_t begin = 0; begin < job.rows.size(); begin += batch_rows) {
        FileBatch batch{RowBatch(machine_.contract->columns()), {}};
        for (std::size_t i = begin; i < std::min(begin + batch_rows, job.rows.size()); ++i)
            add_row(job, i, batch);
        const std::size_t row_count = batch.rows.row_count();
        const std::int64_t last =
            row_count == 0 ? 0 : batch.rows.provenance(row_count - 1).sequence;
        TRY(load->add(std::move(batch.rows), std::move(batch.rejected)));
        if (last > applied) life_->serving().await(cursor_of(job), last);
        if (!to_the_end && random_.chance(0.1)) return {};
    }
    if (!to_the_end && random_.chance(0.15)) {
        give_up(job);
        load.reset();
        return take_back(job);
    }
    return end_import(job, load->commit());
}

std::string Simulation::cursor_of(const ImportJob& job) {
    return "import/" + std::to_string(job.origin.value);
}

// Rows that a load will not bring to serving beside its reading.
std::int64_t Simulation::applied_of(const ImportJob& job) {
    constexpr std::int64_t all = 1'000'000;
    if (job.replaces || published(job)) return all;
    const auto cursor = life_->serving().cursor(cursor_of(job));
    return cursor.ok() ? cursor.value().value_or(0) : all;
}

bool Simulation::published(const ImportJob& job) {
    const auto version = life_->lake().current("raw/orders/table");
    if (!version.ok()) return false;
    const auto& files = version.value().files;
    return std::any_of(files.begin(), files.end(), [&](const lake::DataFile& file) {
        return file.origin == job.origin;
    });
}

// From here on only its taking back goes on, whatever was published in an earlier life.
void Simulation::give_up(ImportJob& job) {
    tell("gives up import", job.origin.value);
    job.state = ImportJob::State::GivenUp;
    if (job.replaces && published(job)) note_replaced(*job.replaces);
}

void Simulation::note_replaced(OriginId origin) {
    for (ImportJob& job : model_.imports) job.replaced = job.replaced || job.origin == origin;
}

Result<void> Simulation::take_back(ImportJob& job) {
    auto load = TRY(life_->delivery().begin_load(ticket_of(job)));
    TRY(load->abandon());
    tell("took back import", job.origin.value);
    job.state = ImportJob::State::TakenBack;
    return {};
}

Result<void> Simulation::end_import(ImportJob& job, const Result<LoadReport>& result) {
    if (!result.ok()) return result.error();
    const LoadReport& report = result.value();
    const bool right = report.row_count == count(job, {Fate::Good}) &&
                       report.rejected_count == count(job, {Fate::Rejected, Fate::Failing}) &&
                       report.filtered_count == count(job, {Fate::Filtered});
    if (!right) fault("import " + std::to_string(job.origin.value) + " reports other numbers");
    tell("imported", job.origin.value);
    job.state = ImportJob::State::Done;
    if (job.replaces) note_replaced(*job.replaces);
    return {};
}

}  // namespace tradewind::deliver::simulation
