// What a crash may do to files and names, and what it may not. Every claim is tried under many
// seeds: "always" must hold for all of them, "may" must be seen both ways.
#include "os/simulated_outcomes.h"

namespace tradewind::os {
namespace {

// Synced bytes under synced names survive every crash, also the second and third.
TEST(SimulatedFilesystem, SyncedDataAlwaysSurvives) {
    const std::string bytes(3 * sector + 17, 'x');
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            make_durable(files, "/d", "");
            auto file = create(files, "/f");
            MUST(file->write_at(0, bytes));
            MUST(file->sync());
            MUST(files.sync_folder("/"));
            files.crash();
            EXPECT_EQ(content(files, "/f"), bytes);
            files.crash();
            return content(files, "/f") == bytes ? "there" : "lost";
        }),
        Set{"there"}
    );
}

// Without a sync of the file any of its sectors may be missing, and its length too.
TEST(SimulatedFilesystem, UnsyncedDataMayTear) {
    const auto seen = outcomes([&](SimulatedFilesystem& files) {
        make_durable(files, "/f", std::string(4 * sector, 'o'));
        auto file = MUST(files.open("/f", OpenMode::ReadWrite));
        MUST(file->write_at(0, std::string(4 * sector, 'n')));
        files.crash();
        const std::string bytes = content(files, "/f");
        EXPECT_EQ(bytes.size(), 4 * sector);
        std::string picture;
        for (std::size_t i = 0; i < 4; ++i) {
            EXPECT_EQ(bytes.substr(i * sector, sector), std::string(sector, bytes[i * sector]));
            picture.push_back(bytes[i * sector]);
        }
        return picture;
    });
    EXPECT_EQ(seen.size(), 16u);  // every subset
}

// Appended bytes without a sync: any length that the file had, and zeros where a sector is missing.
TEST(SimulatedFilesystem, UnsyncedAppends) {
    const auto seen = outcomes([&](SimulatedFilesystem& files) {
        make_durable(files, "/f", std::string(sector, 'a'));
        auto file = MUST(files.open("/f", OpenMode::ReadWrite));
        MUST(file->write_at(sector, std::string(sector, 'b')));
        MUST(file->write_at(2 * sector, std::string(sector, 'c')));
        files.crash();
        const std::string bytes = content(files, "/f");
        std::string picture;
        for (std::size_t i = 0; i < bytes.size(); i += sector)
            picture.push_back(bytes[i] == '\0' ? '0' : bytes[i]);
        return picture;
    });
    EXPECT_EQ(seen, (Set{"a", "ab", "a0", "abc", "ab0", "a0c", "a00"}));
}

// Of two unsynced writes to one sector either may be the one that survives, or none.
TEST(SimulatedFilesystem, OlderUnsyncedWritesMaySurvive) {
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            make_durable(files, "/f", "0");
            auto file = MUST(files.open("/f", OpenMode::ReadWrite));
            MUST(file->write_at(0, "1"));
            MUST(file->write_at(0, "2"));
            files.crash();
            return content(files, "/f");
        }),
        (Set{"0", "1", "2"})
    );
}

// An unsynced truncation may or may not have happened.
TEST(SimulatedFilesystem, UnsyncedTruncation) {
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            make_durable(files, "/f", "abcdef");
            auto file = MUST(files.open("/f", OpenMode::ReadWrite));
            MUST(file->truncate(2));
            EXPECT_EQ(content(files, "/f"), "ab");
            files.crash();
            const std::string bytes = content(files, "/f");
            // The cut-off bytes of the last sector may be wiped before the size says so.
            return bytes == std::string("ab\0\0\0\0", 6) ? "wiped" : bytes;
        }),
        (Set{"ab", "abcdef", "wiped"})
    );
}

// A new name needs a sync of its folder; a sync of the file does not make it last.
TEST(SimulatedFilesystem, UnsyncedCreation) {
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            auto file = create(files, "/f");
            MUST(file->write_at(0, "x"));
            MUST(file->sync());
            files.crash();
            return content(files, "/f");
        }),
        (Set{"x", "(not_found)"})
    );
}

// A rename is there or not, and never in between: one of the names always leads to the bytes.
TEST(SimulatedFilesystem, UnsyncedRenameIsAtomic) {
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            make_durable(files, "/a", "x");
            MUST(files.rename("/a", "/b"));
            files.crash();
            return content(files, "/a") + content(files, "/b");
        }),
        (Set{"x(not_found)", "(not_found)x"})
    );
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            make_durable(files, "/a", "old");
            auto file = create(files, "/t");
            MUST(file->write_at(0, "new"));
            MUST(file->sync());
            MUST(files.rename("/t", "/a"));
            files.crash();
            return content(files, "/a") + content(files, "/t");
        }),
        (Set{"old(not_found)", "oldnew", "new(not_found)"})
    );
}

// Renames in a row: the file is under exactly one of its names.
TEST(SimulatedFilesystem, RenamesInARow) {
    const auto seen = outcomes([&](SimulatedFilesystem& files) {
        MUST(files.create_folders("/x"));
        make_durable(files, "/a", "1");
        MUST(files.rename("/a", "/x/b"));
        MUST(files.rename("/x/b", "/c"));
        auto again = create(files, "/a");
        files.crash();
        return content(files, "/a") + content(files, "/x/b") + content(files, "/c");
    });
    const std::string n = "(not_found)";
    EXPECT_EQ(seen, (Set{"1" + n + n, n + "1" + n, n + n + "1", "1" + n, "" + n + "1"}));
}

// After the folder's sync a rename and a removal are final.
TEST(SimulatedFilesystem, SyncedNamesAlwaysSurvive) {
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            make_durable(files, "/a", "1");
            make_durable(files, "/gone", "2");
            MUST(files.rename("/a", "/b"));
            MUST(files.remove("/gone"));
            MUST(files.sync_folder("/"));
            files.crash();
            return content(files, "/a") + content(files, "/b") + content(files, "/gone");
        }),
        Set{"(not_found)1(not_found)"}
    );
}

// An unsynced removal may be undone, and then the bytes are those that were synced.
TEST(SimulatedFilesystem, UnsyncedRemoval) {
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            make_durable(files, "/a", "1");
            MUST(files.remove("/a"));
            files.crash();
            return content(files, "/a");
        }),
        (Set{"1", "(not_found)"})
    );
}

// A rename from one folder to another is made durable by a sync of either.
TEST(SimulatedFilesystem, RenameAcrossFolders) {
    for (const char* synced : {"/x", "/y"}) {
        EXPECT_EQ(
            outcomes([&](SimulatedFilesystem& files) {
                MUST(files.create_folders("/x"));
                MUST(files.create_folders("/y"));
                make_durable(files, "/x/f", "1");
                MUST(files.rename("/x/f", "/y/f"));
                MUST(files.sync_folder(synced));
                files.crash();
                return content(files, "/x/f") + content(files, "/y/f");
            }),
            Set{"(not_found)1"}
        );
    }
}

// Folders made by create_folders last; with the guard forgotten they may go, with all inside.
TEST(SimulatedFilesystem, Folders) {
    const auto make = [](SimulatedFilesystem& files) {
        MUST(files.create_folders("/a/b/c"));
        make_durable(files, "/a/b/c/f", "1");
        files.crash();
        return content(files, "/a/b/c/f");
    };
    EXPECT_EQ(outcomes(make), Set{"1"});
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            files.ignore_folder_sync([](const std::string& path) { return path == "/a"; });
            return make(files);
        }),
        (Set{"1", "(not_found)"})
    );
}

// The "forget the guard" switches bite: the atomic write loses its atomicity or its durability.
TEST(SimulatedFilesystem, ForgottenGuards) {
    const auto write = [](SimulatedFilesystem& files) {
        make_durable(files, "/f", "old");
        files.ignore_file_sync([](const std::string& path) { return path == "/f.tmp"; });
        MUST(write_file_atomic(files, "/f", "new"));
        files.crash();
        const std::string bytes = content(files, "/f");
        return bytes == std::string(3, '\0') ? "zeros" : bytes;
    };
    EXPECT_EQ(outcomes(write), (Set{"", "new", "zeros"}));
    EXPECT_EQ(
        outcomes([](SimulatedFilesystem& files) {
            make_durable(files, "/f", "old");
            files.ignore_folder_sync([](const std::string&) { return true; });
            MUST(write_file_atomic(files, "/f", "new"));
            files.crash();
            return content(files, "/f");
        }),
        (Set{"old", "new"})
    );
}

// Whenever the power goes during an atomic write, the file is the old or the new one, whole; and
// once the write has reported success it is the new one.
TEST(SimulatedFilesystem, AtomicWriteAtEveryCrashPoint) {
    const std::string before(2 * sector, 'o');
    const std::string after(3 * sector + 5, 'n');
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        for (std::uint64_t point = 0; point < 7; ++point) {
            SimulatedFilesystem files(seed);
            make_durable(files, "/f", before);
            files.crash_after(point);
            const bool reported = write_file_atomic(files, "/f", after).ok();
            files.crash();
            const std::string bytes = content(files, "/f");
            ASSERT_TRUE(bytes == after || (bytes == before && !reported))
                << "seed " << seed << " point " << point;
            seen.insert(
                std::to_string(point) + (bytes == after ? " new" : " old") +
                (reported ? " ok" : " failed")
            );
            EXPECT_TRUE(write_file_atomic(files, "/f", "again").ok());
        }
    }
    // Create, write, sync: old. Rename and folder sync: either. Afterwards: new.
    EXPECT_EQ(
        seen,
        (
            Set{"0 old failed",
                "1 old failed",
                "2 old failed",
                "3 old failed",
                "3 new failed",
                "4 old failed",
                "4 new failed",
                "5 new ok",
                "6 new ok"}
        )
    );
}

}  // namespace
}  // namespace tradewind::os
