#include "kernel/line_store.h"

#include <cstring>
#include <utility>

#include "os/random.h"

namespace tradewind::kernel {

Result<void> LineStore::begin_block(Range& range) {
    if (memory_bytes_ + block_bytes > memory_bytes_max_) TRY(spill());
    range.blocks.push_back(std::make_unique_for_overwrite<Word[]>(block_words));
    range.next = range.blocks.back().get();
    range.end = range.next + block_words;
    memory_bytes_ += block_bytes;
    return {};
}

// Its name goes at once: nothing is left when the program dies.
Result<void> LineStore::open_file() {
    TRY(files_.create_folders(scratch_folder_));
    const std::string path = os::join(scratch_folder_, "lines-" + os::random_id());
    file_ = TRY(files_.open(path, os::OpenMode::CreateNew));
    return files_.remove(path);
}

Result<void> LineStore::flush(std::string& bytes) {
    TRY(file_->write_at(file_bytes_, bytes));
    file_bytes_ += bytes.size();
    bytes.clear();
    return {};
}

// Full blocks go to the file; each range keeps the block that it fills.
Result<void> LineStore::spill() {
    constexpr std::size_t write_bytes = 4u << 20;
    if (!file_) TRY(open_file());
    std::string bytes;
    for (Range& range : ranges_) {
        const bool filling = range.next != range.end;
        const std::size_t full = range.blocks.size() - (filling ? 1 : 0);
        if (full == 0) continue;
        range.extents.push_back({file_bytes_ + bytes.size(), full * block_bytes});
        for (std::size_t i = 0; i < full; ++i)
            bytes.append(reinterpret_cast<const char*>(range.blocks[i].get()), block_bytes);
        range.blocks.erase(range.blocks.begin(), range.blocks.begin() + static_cast<long>(full));
        if (!filling) range.next = range.end = nullptr;
        memory_bytes_ -= full * block_bytes;
        if (bytes.size() >= write_bytes) TRY(flush(bytes));
    }
    return flush(bytes);
}

Result<void> LineStore::load(std::size_t number, std::vector<Word>& words) const {
    const Range& range = ranges_[number];
    words.resize(range.count);
    auto* to = reinterpret_cast<char*>(words.data());
    for (const Extent& extent : range.extents) {
        const std::string bytes = TRY(file_->read_at(extent.offset, extent.bytes));
        if (bytes.size() != extent.bytes)
            return Error(ErrorCode::Io, "a scratch file is shorter than what was written to it");
        std::memcpy(to, bytes.data(), bytes.size());
        to += bytes.size();
    }
    for (std::size_t i = 0; i < range.blocks.size(); ++i) {
        const bool last = i + 1 == range.blocks.size();
        const std::size_t full =
            last ? static_cast<std::size_t>(range.next - range.blocks[i].get()) : block_words;
        std::memcpy(to, range.blocks[i].get(), full * sizeof(Word));
        to += full * sizeof(Word);
    }
    return {};
}

void LineStore::keep(std::size_t number, std::vector<Word> words) {
    Range& range = ranges_[number];
    range.blocks.clear();
    range.next = range.end = nullptr;
    range.kept = std::move(words);
}

}  // namespace tradewind::kernel
