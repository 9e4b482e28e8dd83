// The population stability index: the sum over bins of (a - e) ln(a / e), where a and e are the
// shares of the bin now and in the baseline; bins are the baseline's deciles unless said. Formula
// and the usual reading (below 0.1 nothing moved, above 0.25 much did) as in N. Siddiqi, Credit
// Risk Scorecards (Wiley, 2006); its distribution: B. Yurdakul and J. Naranjo, Statistical
// properties of the population stability index, Journal of Risk Model Validation 14(4), 2020.
#include "quality/drift_sql.h"

namespace tradewind::quality {

namespace {

// Of many different texts those that stand most often have a bin each, the rest one together.
constexpr const char* values_shown = "50";

// Numbers that are not known are a bin, and those below all of the baseline.
std::string number_bins(const DriftOfColumn& of) {
    std::string quantiles;
    std::string bin = "CAST(v >= least AS INTEGER)";  // what is below all of the baseline is apart
    for (int i = 1; i < of.bins; ++i) {
        const std::string share = std::to_string(i) + ".0 / " + std::to_string(of.bins);
        quantiles += (i == 1 ? "" : ", ") + share;
        bin += " + CAST(v > c[" + std::to_string(i) + "] AS INTEGER)";
    }
    const std::string known = "v IS NOT NULL AND NOT isnan(v)";
    const auto binned = [&](const std::string& rows) {
        return "(SELECT coalesce(CASE WHEN " + known + " THEN coalesce(" + bin +
               ", 0) END, -1) AS bin FROM " + rows + ", _tw_cuts)";
    };
    return "_tw_cuts AS (SELECT quantile_disc(v, [" + quantiles +
           "]) AS c, min(v) AS least FROM _tw_base WHERE " + known +
           "), _tw_base_bins AS (SELECT bin, count(*) AS n FROM " + binned("_tw_base") +
           " GROUP BY bin), _tw_now_bins AS (SELECT bin, count(*) AS n FROM " + binned("_tw_now") +
           " GROUP BY bin)";
}

std::string value_bins() {
    const std::string binned =
        " LEFT JOIN _tw_top t ON r.v = t.v GROUP BY CASE WHEN r.v IS NULL THEN '-' WHEN t.v IS "
        "NULL THEN '*' ELSE '=' || t.v END)";
    const std::string bin =
        "(SELECT CASE WHEN r.v IS NULL THEN '-' WHEN t.v IS NULL THEN '*' ELSE '=' || t.v END AS "
        "bin, count(*) AS n FROM ";
    return "_tw_top AS (SELECT v FROM _tw_base WHERE v IS NOT NULL GROUP BY v ORDER BY count(*) "
           "DESC, v LIMIT " +
           std::string(values_shown) + "), _tw_base_bins AS " + bin + "_tw_base r" + binned +
           ", _tw_now_bins AS " + bin + "_tw_now r" + binned;
}

}  // namespace

std::string drift_statement(const DriftOfColumn& of) {
    const std::string share_min = std::to_string(drift_share_min);
    const auto share = [&](const std::string& side) {
        return "greatest(coalesce(" + side + ".n, 0) / (SELECT CAST(sum(n) AS DOUBLE) FROM " +
               side + "), " + share_min + ")";
    };
    return "WITH _tw_base AS (" + of.baseline + "), _tw_now AS (" + of.values + "), " +
           (of.numbers ? number_bins(of) : value_bins()) +
           " SELECT CASE WHEN (SELECT count(*) FROM _tw_now_bins) > 0 AND (SELECT count(*) FROM "
           "_tw_base_bins) > 0 THEN (SELECT sum((a - e) * ln(a / e)) FROM (SELECT " +
           share("_tw_now_bins") + " AS a, " + share("_tw_base_bins") +
           " AS e FROM _tw_now_bins FULL JOIN _tw_base_bins ON _tw_now_bins.bin = "
           "_tw_base_bins.bin) AS _tw_shares) END, (SELECT coalesce(sum(n), 0) FROM "
           "_tw_base_bins)";
}

}  // namespace tradewind::quality
