// The adapter of Eigen; nobody else includes it.
#include "learn/dense.h"

#include <Eigen/Dense>
#include <algorithm>

namespace tradewind::learn {

std::vector<Axis> axes_of(std::span<const double> matrix, std::size_t n) {
    const auto size = static_cast<Eigen::Index>(n);
    const Eigen::Map<const Eigen::MatrixXd> values(matrix.data(), size, size);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(values);
    std::vector<Axis> out;
    for (Eigen::Index i = size; i > 0; --i) {
        Eigen::VectorXd direction = solved.eigenvectors().col(i - 1);
        Eigen::Index greatest = 0;
        direction.cwiseAbs().maxCoeff(&greatest);
        if (direction(greatest) < 0) direction = -direction;
        const double variance = std::max(solved.eigenvalues()(i - 1), 0.0);
        out.push_back({variance, {direction.begin(), direction.end()}});
    }
    return out;
}

}  // namespace tradewind::learn
