// A socket in a folder deeper than a socket's path may be long.
#include "os/socket_path.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "os/filesystem.h"
#include "os/temporary_folder.h"

namespace tradewind::os {
namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    CHECK(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

// Proves that a socket is made and found at any depth, that a short path stays as it is, and that a
// folder that is not there is an error.
TEST(SocketPathTest, AnyDepth) {
    const TemporaryFolder folder;
    const auto files = make_posix_filesystem();
    for (const std::size_t depth : {std::size_t{0}, std::size_t{200}, std::size_t{2000}}) {
        std::string deep = folder.path();
        while (deep.size() < depth) deep += "/" + std::string(90, 'd');
        ASSERT_TRUE(files->create_folders(deep).ok());
        const std::string path = join(deep, "control.sock");
        const auto made = SocketPath::make(path);
        ASSERT_TRUE(made.ok()) << made.error().describe();
        EXPECT_EQ(made->text() == path, depth == 0);
        const sockaddr_un here = address_of(made->text());
        const auto* generic = reinterpret_cast<const sockaddr*>(&here);
        const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
        ASSERT_EQ(::bind(server, generic, sizeof here), 0) << std::strerror(errno);
        ASSERT_EQ(::listen(server, 1), 0);
        EXPECT_TRUE(files->exists(path));
        const auto other = SocketPath::make(path);
        ASSERT_TRUE(other.ok());
        const sockaddr_un there = address_of(other->text());
        const int client = ::socket(AF_UNIX, SOCK_STREAM, 0);
        EXPECT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&there), sizeof there), 0)
            << std::strerror(errno);
        ::close(client);
        ::close(server);
    }
    EXPECT_EQ(
        SocketPath::make(folder.path(std::string(150, 'x') + "/s")).error().code(),
        ErrorCode::NotFound
    );
}

}  // namespace
}  // namespace tradewind::os
