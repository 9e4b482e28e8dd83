#include "os/socket_path.h"

#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "os/filesystem.h"
#include "os/posix_error.h"

namespace tradewind::os {

Result<SocketPath> SocketPath::make(const std::string& path) {
    if (path.size() < sizeof(sockaddr_un{}.sun_path)) return SocketPath(path, nullptr);
    const std::string folder = parent_folder(path);
    const int number = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (number < 0) return posix_error("cannot open", folder, errno);
    const std::shared_ptr<const int> held(new int(number), [](const int* open) {
        ::close(*open);
        delete open;
    });
    return SocketPath("/proc/self/fd/" + std::to_string(number) + "/" + base_name(path), held);
}

}  // namespace tradewind::os
