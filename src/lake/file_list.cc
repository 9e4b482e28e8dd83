#include "lake/file_list.h"

#include <algorithm>

#include "base/check.h"
#include "base/hash.h"

namespace tradewind::lake {

namespace {

bool path_before(const FilePtr& a, const FilePtr& b) {
    return a->path < b->path;
}

std::uint64_t identity_of(const DataFile& file) {
    std::string key = file.path;
    key.push_back('\0');
    key += std::to_string(file.bytes) + ' ' + std::to_string(file.crc32c) + ' ' +
           std::to_string(file.row_count);
    return hash64(key);
}

// Puts chunks together from left to right.
class Builder {
public:
    void add(FilePtr file) { open_.push_back(std::move(file)); }

    // An unchanged chunk: shared, unless the files before it are too few for a chunk of their own.
    void keep(const std::shared_ptr<const FileChunk>& chunk) {
        const bool absorb = !open_.empty() && open_.size() < chunk_files_min;
        if (absorb) open_.insert(open_.end(), chunk->begin(), chunk->end());
        close();
        if (!absorb) chunks_.push_back(chunk);
    }

    // Ends the chunk under way if it is large enough to stand alone.
    void end_region() {
        if (open_.size() >= chunk_files_min) close();
    }

    std::vector<std::shared_ptr<const FileChunk>> finish() {
        close();
        return std::move(chunks_);
    }

private:
    // Splits evenly: full chunks would have to be split again by the next file.
    void close() {
        if (open_.empty()) return;
        const std::size_t count = (open_.size() + chunk_files_max - 1) / chunk_files_max;
        for (std::size_t i = 0; i < count; ++i) {
            const auto begin =
                open_.begin() + static_cast<std::ptrdiff_t>(open_.size() * i / count);
            const auto end =
                open_.begin() + static_cast<std::ptrdiff_t>(open_.size() * (i + 1) / count);
            chunks_.push_back(std::make_shared<const FileChunk>(begin, end));
        }
        open_.clear();
    }

    FileChunk open_;
    std::vector<std::shared_ptr<const FileChunk>> chunks_;
};

// One walk over base, additions and removals, all ascending.
class Merge {
public:
    Merge(const FileChunk& add, const std::vector<std::string>& remove, Totals& totals)
        : add_(add), remove_(remove), totals_(totals) {}

    // `end`: first path beyond the chunk, or nullptr for the last one.
    void chunk(const std::shared_ptr<const FileChunk>& chunk, const std::string* end) {
        const bool adds = next_add_ < add_.size() && before(add_[next_add_]->path, end);
        const bool removes = next_remove_ < remove_.size() && before(remove_[next_remove_], end);
        if (!adds && !removes) return builder_.keep(chunk);
        for (const FilePtr& file : *chunk) {
            add_until(&file->path);
            if (take_removal(file->path)) {
                totals_.subtract(*file);
            } else {
                CHECK(next_add_ == add_.size() || add_[next_add_]->path != file->path);
                builder_.add(file);
            }
        }
        add_until(end);
        builder_.end_region();
    }

    std::vector<std::shared_ptr<const FileChunk>> finish() {
        add_until(nullptr);
        CHECK(next_remove_ == remove_.size());
        return builder_.finish();
    }

private:
    static bool before(const std::string& path, const std::string* end) {
        return end == nullptr || path < *end;
    }

    void add_until(const std::string* end) {
        for (; next_add_ < add_.size() && before(add_[next_add_]->path, end); ++next_add_) {
            totals_.add(*add_[next_add_]);
            builder_.add(add_[next_add_]);
        }
    }

    bool take_removal(const std::string& path) {
        if (next_remove_ == remove_.size() || remove_[next_remove_] != path) return false;
        ++next_remove_;
        return true;
    }

    const FileChunk& add_;
    const std::vector<std::string>& remove_;
    Totals& totals_;
    std::size_t next_add_ = 0;
    std::size_t next_remove_ = 0;
    Builder builder_;
};

FileChunk shared_of(std::vector<DataFile> files) {
    FileChunk shared;
    shared.reserve(files.size());
    for (DataFile& file : files)
        shared.push_back(std::make_shared<const DataFile>(std::move(file)));
    std::sort(shared.begin(), shared.end(), path_before);
    return shared;
}

}  // namespace

void Totals::add(const DataFile& file) {
    ++file_count;
    row_count += file.row_count;
    bytes += file.bytes;
    digest += identity_of(file);
}

void Totals::subtract(const DataFile& file) {
    --file_count;
    row_count -= file.row_count;
    bytes -= file.bytes;
    digest -= identity_of(file);
}

FileList changed(const FileList& base, FileChunk add, std::vector<std::string> remove) {
    std::sort(add.begin(), add.end(), path_before);
    std::sort(remove.begin(), remove.end());
    auto next = std::make_shared<FileList::Content>();
    next->totals = base.content().totals;
    Merge merge(add, remove, next->totals);
    const auto& chunks = base.content().chunks;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        merge.chunk(chunks[i], i + 1 < chunks.size() ? &chunks[i + 1]->front()->path : nullptr);
    }
    next->chunks = merge.finish();
    return FileList(std::move(next));
}

FileList from_sorted(FileChunk files) {
    for (std::size_t i = 1; i < files.size(); ++i) CHECK(path_before(files[i - 1], files[i]));
    return changed(FileList(), std::move(files), {});
}

FileList::FileList() : content_(std::make_shared<const Content>()) {}

FileList::FileList(std::shared_ptr<const Content> content) : content_(std::move(content)) {}

FileList::FileList(std::vector<DataFile> files)
    : content_(from_sorted(shared_of(std::move(files))).content_) {}

std::size_t FileList::size() const {
    return content_->totals.file_count;
}

std::int64_t FileList::row_count() const {
    return content_->totals.row_count;
}

std::uint64_t FileList::bytes() const {
    return content_->totals.bytes;
}

const DataFile* FileList::find(std::string_view path) const {
    const auto& chunks = content_->chunks;
    auto after = std::upper_bound(
        chunks.begin(),
        chunks.end(),
        path,
        [](std::string_view wanted, const auto& chunk) { return wanted < chunk->front()->path; }
    );
    if (after == chunks.begin()) return nullptr;
    const FileChunk& chunk = **std::prev(after);
    const auto at = std::lower_bound(
        chunk.begin(),
        chunk.end(),
        path,
        [](const FilePtr& file, std::string_view wanted) { return file->path < wanted; }
    );
    return at != chunk.end() && (*at)->path == path ? at->get() : nullptr;
}

const DataFile& FileList::operator[](std::size_t index) const {
    CHECK(index < size());
    for (const auto& chunk : content_->chunks) {
        if (index < chunk->size()) return *(*chunk)[index];
        index -= chunk->size();
    }
    CHECK(false);
    __builtin_unreachable();
}

FileList::Iterator FileList::begin() const {
    return {content_.get(), 0};
}

FileList::Iterator FileList::end() const {
    return {content_.get(), content_->chunks.size()};
}

const DataFile& FileList::Iterator::operator*() const {
    return *(*content_->chunks[chunk_])[index_];
}

FileList::Iterator& FileList::Iterator::operator++() {
    if (++index_ == content_->chunks[chunk_]->size()) {
        ++chunk_;
        index_ = 0;
    }
    return *this;
}

}  // namespace tradewind::lake
