// What the generators' tests share: folders that go away, CSV taken apart again.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "generate/generate.h"
#include "os/filesystem.h"
#include "os/random.h"

namespace tradewind::generate {

constexpr std::uint64_t file_bytes_max = 1u << 30;

using Cells = std::vector<std::string>;

// RFC 4180.
inline Cells parse_line(std::string_view line) {
    Cells cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') {
            const bool escaped = quoted && i + 1 < line.size() && line[i + 1] == '"';
            if (escaped) cells.back().push_back(line[++i]);
            if (!escaped) quoted = !quoted;
        } else if (line[i] == ',' && !quoted) {
            cells.emplace_back();
        } else {
            cells.back().push_back(line[i]);
        }
    }
    return cells;
}

// Rows without the header, which is checked; each line ends with a line feed.
inline std::vector<Cells> parse_csv(std::string_view text, std::string_view header) {
    EXPECT_TRUE(text.ends_with('\n'));
    EXPECT_EQ(text.substr(0, text.find('\n')), header);
    const std::size_t width = parse_line(header).size();
    std::vector<Cells> rows;
    text.remove_prefix(std::min(text.size(), header.size() + 1));
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        rows.push_back(parse_line(text.substr(0, end)));
        EXPECT_EQ(rows.back().size(), width);
        text.remove_prefix(end + 1);
    }
    return rows;
}

class GeneratorTest : public testing::Test {
protected:
    explicit GeneratorTest(std::string kind)
        : files_(os::make_posix_filesystem()),
          folder_(os::join(testing::TempDir(), "generate_" + os::random_id())),
          kind_(std::move(kind)) {}
    ~GeneratorTest() override { (void)os::remove_tree(*files_, folder_); }

    GenerateRequest request(double scale) const {
        GenerateRequest made;
        made.kind = kind_;
        made.folder = folder_;
        made.scale = scale;
        return made;
    }
    GenerateRequest request_into(double scale, const std::string& subfolder) const {
        GenerateRequest made = request(scale);
        made.folder = os::join(folder_, subfolder);
        return made;
    }
    std::string read(const GenerateRequest& wanted, const std::string& name) {
        return MUST(os::read_file(*files_, os::join(wanted.folder, name), file_bytes_max));
    }
    // SHA-256 of all files, as they are, in order of their names.
    std::string hash_of(const GenerateRequest& wanted) {
        Sha256 hash;
        for (const os::FileInfo& file : MUST(files_->list(wanted.folder))) {
            hash.update(file.name + "\n" + read(wanted, file.name));
        }
        return hash.finish_hex();
    }

    std::unique_ptr<os::Filesystem> files_;
    std::string folder_;
    std::string kind_;
};

}  // namespace tradewind::generate
