// Factors as bytes: mark, sizes, options, rows without their padding.
#include <algorithm>

#include "base/bytes.h"
#include "learn/als.h"
#include "learn/factor_solver.h"

namespace tradewind::learn {

namespace {

constexpr std::uint32_t mark = 0x31534c41;  // "ALS1"

Error damaged() {
    return Error(ErrorCode::Corruption, "these are not the bytes of factors");
}

}  // namespace

std::string Als::bytes() const {
    std::string out;
    put_fixed(out, mark);
    put_fixed(out, static_cast<std::uint32_t>(factors_));
    put_fixed(out, static_cast<std::uint32_t>(user_count()));
    put_fixed(out, static_cast<std::uint32_t>(item_count()));
    put_fixed(out, regularisation_);
    put_fixed(out, alpha_);
    const auto put_row = [&out](std::span<const float> row) {
        out.append(reinterpret_cast<const char*>(row.data()), row.size_bytes());
    };
    for (User i = 0; i < user_count(); ++i) put_row(user(i));
    for (Item i = 0; i < item_count(); ++i) put_row(item(i));
    return out;
}

Result<std::unique_ptr<Als>> Als::from_bytes(std::string_view bytes) {
    ByteReader in(bytes);
    if (in.fixed<std::uint32_t>() != mark) return damaged();
    const std::size_t factors = in.fixed<std::uint32_t>();
    const std::size_t users = in.fixed<std::uint32_t>();
    const std::size_t items = in.fixed<std::uint32_t>();
    const auto regularisation = in.fixed<double>();
    const auto alpha = in.fixed<double>();
    if (!in.ok() || factors == 0 || factors > factors_max ||
        in.remaining() != (users + items) * factors * sizeof(float))
        return damaged();
    std::unique_ptr<Als> made(new Als(factors, regularisation, alpha));
    made->users_.resize(users * made->stride_);
    made->items_.resize(items * made->stride_);
    for (auto* side : {&made->users_, &made->items_})
        for (std::size_t at = 0; at < side->size(); at += made->stride_) {
            const std::string_view row = in.bytes(factors * sizeof(float));
            std::memcpy(side->data() + at, row.data(), row.size());
        }
    made->prepare();
    return made;
}

}  // namespace tradewind::learn
