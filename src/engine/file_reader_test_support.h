// What the tests of file readers share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/engine_test_support.h"
#include "os/process.h"

namespace tradewind::engine {

struct ReadRow {
    std::int64_t row;
    std::int64_t line;
    std::vector<std::string> cells;  // "<null>" where there is none
    std::string original;
    std::string problem;
};

struct ReadFile {
    FileFormat format;
    std::vector<std::string> header;
    std::vector<ReadRow> rows;
    std::string error;  // "code: description" of what stopped it
};

inline FileOptions reader_options() {
    FileOptions options;
    options.extension_folder = os::executable_folder();
    return options;
}

// Reads all of a file, small ones only.
inline ReadFile read_all(const std::string& path, FileOptions options = reader_options()) {
    ReadFile read;
    auto opened = open_file(path, options);
    if (!opened.ok()) {
        read.error =
            std::string(to_string(opened.error().code())) + ": " + opened.error().describe();
        return read;
    }
    FileReader& reader = **opened;
    read.header = reader.header();
    RowChunk chunk;
    while (true) {
        const auto more = reader.next(chunk);
        if (!more.ok())
            read.error =
                std::string(to_string(more.error().code())) + ": " + more.error().describe();
        if (!more.ok() || !*more) break;
        for (const FileRow& row : chunk.rows) {
            ReadRow copy{row.row, row.line, {}, std::string(row.original), row.problem};
            for (std::size_t i = 0; i < row.cell_count; ++i) {
                const std::size_t at = row.first_cell + i;
                copy.cells.emplace_back(chunk.cells[at].value_or("<null>"));
                if (std::ranges::binary_search(chunk.inexact, at)) copy.cells.back() += '?';
            }
            read.rows.push_back(std::move(copy));
        }
    }
    read.format = reader.format();
    return read;
}

class FileReaderTest : public testing::Test {
protected:
    // Writes a file and returns its path.
    std::string file(const std::string& name, const std::string& bytes) {
        const std::string path = folder.path(name);
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    ReadFile read(const std::string& bytes, const std::string& name = "file.csv") {
        return read_all(file(name, bytes));
    }

    // Of the real data, or empty where there is none.
    static std::string test_data(const std::string& name) {
        const char* set = std::getenv("TRADEWIND_TEST_DATA");
        const std::string root =
            set != nullptr ? set : std::string(SOURCE_FOLDER) + "/../shared/data";
        const std::string path = root + "/" + name;
        return std::filesystem::exists(path) ? path : "";
    }

    static constexpr const char* SOURCE_FOLDER = TRADEWIND_SOURCE_FOLDER;
    TemporaryFolder folder;
};

// "a|b|c"
inline std::string joined(const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i == 0 ? "" : "|") + cells[i];
    return text;
}

}  // namespace tradewind::engine
