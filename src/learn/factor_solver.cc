#include "learn/factor_solver.h"

#include <array>
#include <cstring>

#include "base/check.h"

// Eight floats at once. The same code is compiled twice, for processors with AVX2 and for any, and
// the better one is chosen when it is called.
#define TRADEWIND_INLINE inline __attribute__((always_inline))
#define TRADEWIND_AVX2 __attribute__((target("avx2,fma")))

namespace tradewind::learn {

namespace {

using Lanes = float __attribute__((vector_size(lane_count * sizeof(float))));
using Row = std::array<float, factors_max>;

// Rows at once: while one waits for memory or a sum, the others go on.
constexpr std::size_t rows_at_once = 4;
constexpr std::size_t rows_ahead = 8;
constexpr std::size_t gram_part_rows = 4096;
// Squared length of what is left to solve, below which nothing is gained.
constexpr float small = 1e-20f;

bool has_avx2() {
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has;
}

TRADEWIND_INLINE void load(Lanes& to, const float* from) {
    std::memcpy(&to, from, sizeof(to));
}
TRADEWIND_INLINE void store(float* to, const Lanes& from) {
    std::memcpy(to, &from, sizeof(from));
}

TRADEWIND_INLINE float sum_of(const Lanes& lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) +
           ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

TRADEWIND_INLINE float dot_inline(const float* a, const float* b, std::size_t stride) {
    Lanes sum{};
    for (std::size_t i = 0; i < stride; i += lane_count) {
        Lanes x, y;
        load(x, a + i);
        load(y, b + i);
        sum += x * y;
    }
    return sum_of(sum);
}

TRADEWIND_INLINE void add_scaled(float* to, const float* from, float scale, std::size_t stride) {
    for (std::size_t i = 0; i < stride; i += lane_count) {
        Lanes x, y;
        load(x, to + i);
        load(y, from + i);
        x += y * scale;
        store(to + i, x);
    }
}

TRADEWIND_INLINE void ask_for(const float* row, std::size_t stride) {
    constexpr std::size_t floats_of_line = 16;
    for (std::size_t i = 0; i < stride; i += floats_of_line) __builtin_prefetch(row + i);
}

using Several = std::array<const float*, rows_at_once>;

TRADEWIND_INLINE void add_several(
    float* to, const Several& rows, const std::array<float, rows_at_once>& scale, std::size_t stride
) {
    for (std::size_t i = 0; i < stride; i += lane_count) {
        Lanes sum;
        load(sum, to + i);
        for (std::size_t k = 0; k < rows_at_once; ++k) {
            Lanes part;
            load(part, rows[k] + i);
            sum += part * scale[k];
        }
        store(to + i, sum);
    }
}

// Adds to `out`, for each of the row's pairs, its factors times `scale_of(alpha * weight, product
// with p)`.
template <std::size_t stride_known, typename ScaleOf>
TRADEWIND_INLINE void add_pairs(
    const FactorProblem& problem,
    const SparseRow& row,
    const float* p,
    float* out,
    const ScaleOf& scale_of
) {
    const std::size_t stride = stride_known != 0 ? stride_known : problem.stride;
    std::size_t at = 0;
    for (; at + rows_at_once <= row.count; at += rows_at_once) {
        Several y;
        std::array<float, rows_at_once> scale;
        for (std::size_t k = 0; k < rows_at_once; ++k) {
            y[k] = problem.others + row.others[at + k] * stride;
            if (at + k + rows_ahead < row.count)
                ask_for(problem.others + row.others[at + k + rows_ahead] * stride, stride);
        }
        for (std::size_t k = 0; k < rows_at_once; ++k)
            scale[k] = scale_of(problem.alpha * row.weights[at + k], dot_inline(y[k], p, stride));
        add_several(out, y, scale, stride);
    }
    for (; at < row.count; ++at) {
        const float* y = problem.others + row.others[at] * stride;
        const float scale = scale_of(problem.alpha * row.weights[at], dot_inline(y, p, stride));
        add_scaled(out, y, scale, stride);
    }
}

// out = (products + regularisation) * p
template <std::size_t stride_known>
TRADEWIND_INLINE void multiply(const FactorProblem& problem, const float* p, float* out) {
    const std::size_t stride = stride_known != 0 ? stride_known : problem.stride;
    for (std::size_t i = 0; i < stride; i += lane_count) {
        Lanes x;
        load(x, p + i);
        store(out + i, x * problem.regularisation);
    }
    for (std::size_t k = 0; k < stride; ++k)
        add_scaled(out, problem.products + k * stride, p[k], stride);
}

// Conjugate gradients on A x = b with A = products + regularisation + sum(alpha w y y') and
// b = sum((1 + alpha w) y), never written down: only their products with vectors are needed.
template <std::size_t stride_known>
TRADEWIND_INLINE void solve_inline(const FactorProblem& problem, const SparseRow& row, float* x) {
    const std::size_t stride = stride_known != 0 ? stride_known : problem.stride;
    alignas(64) Row r, p, ap;
    multiply<stride_known>(problem, x, r.data());
    for (std::size_t i = 0; i < stride; ++i) r[i] = -r[i];
    add_pairs<stride_known>(problem, row, x, r.data(), [](float weight, float product) {
        return 1 + weight - weight * product;
    });
    std::memcpy(p.data(), r.data(), stride * sizeof(float));
    float left = dot_inline(r.data(), r.data(), stride);
    for (int step = 0; step < problem.steps && left > small; ++step) {
        multiply<stride_known>(problem, p.data(), ap.data());
        add_pairs<stride_known>(problem, row, p.data(), ap.data(), [](float weight, float product) {
            return weight * product;
        });
        const float length = left / dot_inline(p.data(), ap.data(), stride);
        add_scaled(x, p.data(), length, stride);
        add_scaled(r.data(), ap.data(), -length, stride);
        const float now = dot_inline(r.data(), r.data(), stride);
        const float turn = now / left;
        for (std::size_t i = 0; i < stride; ++i) p[i] = r[i] + turn * p[i];
        left = now;
    }
}

TRADEWIND_INLINE void gram_inline(const float* rows, Span span, std::size_t stride, float* out) {
    for (std::size_t row = span.begin; row < span.end; ++row)
        for (std::size_t k = 0; k < stride; ++k)
            add_scaled(out + k * stride, rows + row * stride, rows[row * stride + k], stride);
}

constexpr std::size_t usual_stride = 64;

TRADEWIND_AVX2 void solve_avx2(const FactorProblem& problem, const SparseRow& row, float* x) {
    if (problem.stride == usual_stride)
        solve_inline<usual_stride>(problem, row, x);
    else
        solve_inline<0>(problem, row, x);
}
void solve_plain(const FactorProblem& problem, const SparseRow& row, float* x) {
    solve_inline<0>(problem, row, x);
}
TRADEWIND_AVX2 void gram_avx2(const float* rows, Span span, std::size_t stride, float* out) {
    gram_inline(rows, span, stride, out);
}
void gram_plain(const float* rows, Span span, std::size_t stride, float* out) {
    gram_inline(rows, span, stride, out);
}
TRADEWIND_AVX2 float dot_avx2(const float* a, const float* b, std::size_t stride) {
    return dot_inline(a, b, stride);
}
float dot_plain(const float* a, const float* b, std::size_t stride) {
    return dot_inline(a, b, stride);
}

}  // namespace

void solve(const FactorProblem& problem, const SparseRow& row, float* x) {
    CHECK(problem.stride % lane_count == 0 && problem.stride <= factors_max);
    (has_avx2() ? solve_avx2 : solve_plain)(problem, row, x);
}

float dot(const float* a, const float* b, std::size_t stride) {
    return (has_avx2() ? dot_avx2 : dot_plain)(a, b, stride);
}

Result<std::vector<float>> gram(std::span<const float> rows, std::size_t stride, const Work& work) {
    const std::size_t count = rows.size() / stride;
    const std::size_t parts = part_count(count, gram_part_rows);
    std::vector<std::vector<float>> sums(parts);
    TRY(for_each_part(work, parts, [&](std::size_t part) {
        sums[part].resize(stride * stride);
        (has_avx2() ? gram_avx2 : gram_plain)(
            rows.data(), part_of(part, count, gram_part_rows), stride, sums[part].data()
        );
    }));
    std::vector<float> out(stride * stride);
    for (const auto& sum : sums)
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += sum[i];
    return out;
}

}  // namespace tradewind::learn
