#include "os/process.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cmath>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/text.h"
#include "os/filesystem.h"

namespace tradewind::os {

namespace {

const std::string cgroup_root = "/sys/fs/cgroup";

// A line "name:   123 kB" of /proc/self/status, in bytes.
std::uint64_t status_bytes(std::string_view name) {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);) {
        if (line.compare(0, name.size(), name) != 0) continue;
        std::istringstream rest(line.substr(name.size() + 1));
        std::uint64_t kib = 0;
        rest >> kib;
        return kib * 1024;
    }
    return 0;
}

std::string first_line(const std::string& path) {
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    return line;
}

// The process's control group below the given controller ("" for version 2).
std::optional<std::string> control_group(std::string_view controller) {
    std::ifstream in("/proc/self/cgroup");
    for (std::string line; std::getline(in, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::vector<std::string> names =
            split(line.substr(first + 1, second - first - 1), ',');
        if (std::find(names.begin(), names.end(), controller) != names.end())
            return line.substr(second + 1);
    }
    return std::nullopt;
}

// The files of that name in the group and the groups around it: each limits what is inside. In a
// container the path may be that of the host and lie nowhere; the root file still counts.
template <typename F>
void for_each_limit(
    const std::string& root, std::string_view controller, const std::string& file, F f
) {
    const auto group = control_group(controller);
    if (!group) return;
    for (std::string path = *group; path.size() > 1; path = parent_folder(path))
        f(first_line(root + path + "/" + file));
    f(first_line(root + "/" + file));
}

std::uint64_t control_group_memory() {
    std::uint64_t least = UINT64_MAX;
    const auto take = [&](const std::string& line) {
        if (const auto bytes = parse_integer(line); bytes && *bytes > 0) {
            least = std::min(least, static_cast<std::uint64_t>(*bytes));
        }
    };
    for_each_limit(cgroup_root, "", "memory.max", take);
    for_each_limit(cgroup_root + "/memory", "memory", "memory.limit_in_bytes", take);
    return least;
}

double control_group_cpus() {
    double least = INT_MAX;
    // "200000 100000" is two processors' time; "max 100000" is no limit.
    for_each_limit(cgroup_root, "", "cpu.max", [&](const std::string& line) {
        const std::vector<std::string> parts = split(line, ' ');
        if (parts.size() != 2) return;
        const auto quota = parse_integer(parts[0]);
        const auto period = parse_integer(parts[1]);
        if (quota && period && *period > 0) {
            least = std::min(least, static_cast<double>(*quota) / static_cast<double>(*period));
        }
    });
    return least;
}

}  // namespace

std::int64_t process_id() {
    return getpid();
}

std::uint64_t resident_bytes() {
    return status_bytes("VmRSS");
}

// Not getrusage: its figure survives exec, and would be that of a larger parent.
std::uint64_t resident_bytes_peak() {
    return status_bytes("VmHWM");
}

std::uint64_t memory_bytes_total() {
    const std::uint64_t machine = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                                  static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    return std::min(machine, control_group_memory());
}

int cpu_count() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    int count = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) count = CPU_COUNT(&allowed);
    return std::max(1, std::min(count, static_cast<int>(std::ceil(control_group_cpus()))));
}

double cpu_seconds() {
    struct rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string executable_folder() {
    char path[PATH_MAX];
    const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
    return size > 0 ? parent_folder({path, static_cast<std::size_t>(size)}) : ".";
}

bool stdout_is_terminal() {
    return isatty(STDOUT_FILENO) == 1;
}

bool stderr_is_terminal() {
    return isatty(STDERR_FILENO) == 1;
}

}  // namespace tradewind::os
