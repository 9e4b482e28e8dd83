// Files that clients send rather than name: they go to the upload folder while they come in, and
// stay there until their import is done.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/multipart.h"
#include "base/guarded.h"
#include "importer/importer.h"
#include "os/filesystem.h"

namespace tradewind::api {

struct UploadedFile {
    std::string path;
    std::string name;  // as the client calls it
};

class Uploads;

// One request's body: form fields and files. What it stored is removed with it, unless kept.
class Upload final : public BodySink, private PartReceiver {
public:
    Upload(std::shared_ptr<Uploads> uploads, const std::string& boundary);
    ~Upload() override;
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    Result<void> write(std::string_view piece) override { return reader_.feed(piece); }
    // Everything came; the files are on the medium.
    Result<void> finish();
    void keep() { kept_ = true; }
    const std::map<std::string, std::string>& fields() const { return fields_; }
    const std::vector<UploadedFile>& files() const { return files_; }

private:
    Result<void> begin_part(const PartHead& head) override;
    Result<void> add_bytes(std::string_view piece) override;
    Result<void> end_part() override;
    Result<void> begin_file(const std::string& name);
    Result<void> add_to_file(std::string_view piece);

    std::shared_ptr<Uploads> uploads_;
    MultipartReader reader_;
    std::vector<std::string> folders_;  // one a file
    std::map<std::string, std::string> fields_;
    std::vector<UploadedFile> files_;
    std::string field_;  // the part that is coming in
    std::unique_ptr<os::File> file_;
    std::uint64_t file_bytes_ = 0;
    bool kept_ = false;
};

// The upload folder. Any thread.
class Uploads : public std::enable_shared_from_this<Uploads> {
public:
    Uploads(std::string folder, std::uint64_t disk_reserve_bytes, importer::Importer& importer);

    // The body of a multipart request. InvalidArgument: another content type.
    Result<std::shared_ptr<Upload>> begin(std::string_view content_type);
    // Unavailable: so many more bytes would go into the disk's reserve.
    Result<void> check_room(std::uint64_t bytes = 0) const;
    // Removes files that no waiting or running import needs.
    Result<void> sweep();

private:
    friend class Upload;
    Result<std::string> make_folder();
    void remove_folder(const std::string& folder);
    void release(const std::string& folder);  // an import has it now

    const std::string folder_;
    const std::uint64_t disk_reserve_bytes_;
    importer::Importer& importer_;
    const std::unique_ptr<os::Filesystem> files_;
    Guarded<std::set<std::string>> coming_in_;  // folders of uploads under way
};

}  // namespace tradewind::api
