// Baskets that come in by stream after a model was trained: looked for every second, and taken up
// by the version that is served.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/shelf.h"

namespace tradewind::model {

// One thread.
class LiveBaskets {
public:
    LiveBaskets(const ModelParts& parts, Shelf& shelf) : parts_(parts), shelf_(shelf) {}

    bool any() const;
    // What came since the last look, of all models; what fails is logged and looked for again.
    void look();

private:
    // How far a version has seen the stream: the last offset of each partition.
    struct Seen {
        std::int64_t version = 0;
        std::int64_t position = -1;  // of the stream, at the last look
        std::map<std::int64_t, std::int64_t> offsets;
    };

    Result<void> look_at(const ModelSpec& spec, const Served& served, Seen& seen);
    static std::string sql_of(const ModelSpec& spec, const Seen& seen);

    const ModelParts& parts_;
    Shelf& shelf_;
    std::map<std::string, Seen> seen_;
};

// The last offset of each partition that the tables of a training hold, for the version's card.
Result<json::Value> live_from(PinnedTables& tables, const ModelSpec& spec);

}  // namespace tradewind::model
