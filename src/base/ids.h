// Numbers that must not be mixed up are types of their own.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace tradewind {

// An integer that is only ever compared with its like; `value` where arithmetic is really meant.
template <typename Tag, typename Representation = std::int64_t>
struct NamedInteger {
    Representation value = 0;

    constexpr NamedInteger() = default;
    constexpr explicit NamedInteger(Representation v) : value(v) {}
    constexpr auto operator<=>(const NamedInteger&) const = default;
    constexpr NamedInteger operator+(Representation n) const { return NamedInteger(value + n); }
};

// A record's number in its whole stream, over all partitions, from 0: what a consumer commits
// ("everything below is done").
using Position = NamedInteger<struct PositionTag>;
// A record's number in its partition, from 0: the public address.
using Offset = NamedInteger<struct OffsetTag>;
using PartitionId = NamedInteger<struct PartitionTag, std::int32_t>;
// Where rows came from: 0 is the stream, any other number one import (in order of their start).
using OriginId = NamedInteger<struct OriginTag>;
constexpr OriginId stream_origin{0};

// Microseconds since 1970-01-01 00:00:00 UTC.
struct Timestamp {
    std::int64_t micros = 0;
    constexpr auto operator<=>(const Timestamp&) const = default;
};

}  // namespace tradewind

template <typename Tag, typename Representation>
struct std::hash<tradewind::NamedInteger<Tag, Representation>> {
    std::size_t operator()(tradewind::NamedInteger<Tag, Representation> id) const noexcept {
        return std::hash<Representation>{}(id.value);
    }
};
