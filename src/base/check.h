// CHECK states what must hold, and stays on in release: a program that continues past a broken
// belief damages data. Failure prints the place and the belief, then aborts.
#pragma once

namespace tradewind {

[[noreturn]] void fail_check(const char* belief, const char* detail);
[[noreturn]] void fail_check_at(const char* file, int line, const char* belief);

}  // namespace tradewind

#define CHECK(condition)                \
    ((condition) ? static_cast<void>(0) \
                 : ::tradewind::fail_check_at(__FILE__, __LINE__, #condition))
