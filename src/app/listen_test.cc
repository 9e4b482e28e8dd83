#include "app/listen.h"

#include <gtest/gtest.h>

#include "app/app.h"
#include "os/filesystem.h"
#include "os/temporary_folder.h"

namespace tradewind::app {

namespace {

TEST(Listen, OnlyLoopbackIsListenedOn) {
    // Proves that nothing a network could reach passes, however it is written.
    for (const char* wide :
         {"0.0.0.0",
          "[::]",
          "::",
          "192.168.1.5",
          "10.0.0.1",
          "128.0.0.1",
          "126.0.0.1",
          "example.org",
          "localhost.evil.org",
          "",
          "[",
          "[]",
          "*",
          "127.1",
          "127.0.0.1.example",
          "[::ffff:1.2.3.4]",
          "2130706433",
          "0x7f000001",
          "LOCALHOST ",
          "fe80::1"}) {
        const auto allowed = require_loopback(wide);
        ASSERT_FALSE(allowed.ok()) << wide;
        EXPECT_EQ(allowed.error().code(), ErrorCode::PermissionDenied);
        EXPECT_NE(allowed.error().message().find("tokens"), std::string::npos);
        EXPECT_NE(allowed.error().hint().find("127.0.0.1"), std::string::npos);
    }
}

TEST(Listen, LoopbackIsFine) {
    // Proves that every usual way to write this machine's own address is accepted.
    for (const char* own : {"127.0.0.1", "127.9.8.7", "localhost", "::1", "[::1]"})
        EXPECT_TRUE(require_loopback(own).ok()) << own;
}

TEST(Listen, TheOptionReplacesTheSetting) {
    // Proves that --listen changes address and port and nothing else, and is checked like the
    // setting.
    Settings settings = *parse_settings("server:\n  io_threads: 3\n", "tradewind.yml", {});
    ASSERT_TRUE(override_listen(settings, "[::1]:9999").ok());
    EXPECT_EQ(settings.server.address, "[::1]");
    EXPECT_EQ(settings.server.port, 9999);
    EXPECT_EQ(settings.server.io_threads, 3);
    for (const char* wrong : {"9999", "127.0.0.1:99999"}) {
        const auto refused = override_listen(settings, wrong);
        ASSERT_FALSE(refused.ok()) << wrong;
        EXPECT_TRUE(refused.error().describe().starts_with("--listen: "))
            << refused.error().describe();
    }
    EXPECT_EQ(settings.server.port, 9999);
}

TEST(Listen, SettingsAreReadFromTheWorkspace) {
    // Proves that a new workspace's settings load, and that a folder without any is told apart.
    const os::TemporaryFolder folder;
    const auto none = load_settings(folder.path());
    ASSERT_FALSE(none.ok());
    EXPECT_EQ(none.error().code(), ErrorCode::NotFound);
    EXPECT_NE(none.error().hint().find("tradewind init"), std::string::npos);

    ASSERT_TRUE(init_workspace(folder.path("shop"), {}).ok());
    const auto loaded = load_settings(folder.path("shop"));
    EXPECT_TRUE(loaded.ok()) << loaded.error().describe();
    EXPECT_EQ(init_workspace(folder.path("shop"), {}).error().code(), ErrorCode::AlreadyExists);
    const auto files = os::make_posix_filesystem();
    ASSERT_TRUE(os::write_file_atomic(*files, folder.path("shop/tradewind.yml"), "log: 1").ok());
    EXPECT_FALSE(load_settings(folder.path("shop")).ok());
}

TEST(Listen, UnknownPackagesChangeNothing) {
    // Proves that init checks all names before the first folder is made.
    const os::TemporaryFolder folder;
    EXPECT_FALSE(init_workspace(folder.path("shop"), {"online_retail", "nothing"}).ok());
    EXPECT_FALSE(std::filesystem::exists(folder.path("shop")));
}

}  // namespace

}  // namespace tradewind::app
