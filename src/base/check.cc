#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace tradewind {

void fail_check(const char* belief, const char* detail) {
    std::fprintf(stderr, "CHECK failed: %s (%s)\n", belief, detail);
    std::abort();
}

void fail_check_at(const char* file, int line, const char* belief) {
    std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", file, line, belief);
    std::abort();
}

}  // namespace tradewind
