// What has to be done once in a while: retention of streams, sweeping the lake. One thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "lake/lake.h"
#include "stream/stream.h"

namespace tradewind::app {

class Upkeep {
public:
    Upkeep(std::vector<stream::Stream*> streams, lake::Lake& lake);
    ~Upkeep();

private:
    void loop();
    void once();

    std::vector<stream::Stream*> streams_;
    lake::Lake& lake_;
    std::mutex mutex_;
    std::condition_variable stop_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tradewind::app
