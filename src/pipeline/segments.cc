// kind: segments. Rows of features fall into clusters (seeded k-means++ on standardised columns);
// rules in SQL over what the clusters are like give them names.
#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/hash.h"
#include "base/sql_text.h"
#include "base/text.h"
#include "learn/learn.h"
#include "pipeline/fitted.h"
#include "pipeline/segments_spec.h"

namespace tradewind::pipeline {

namespace {

constexpr std::int64_t rows_max = 5'000'000;
constexpr int stability_seeds = 5;
constexpr std::size_t auto_least = 2;
constexpr std::size_t auto_most = 10;

// What was learnt.
struct Fit {
    learn::Standard standard;
    learn::Clusters clusters;
    learn::Silhouette silhouette;
    learn::TwoAxes axes;
    std::vector<double> means;  // of each cluster's columns, as they are, row by row
    double stability = 0;
    std::size_t rows = 0;
};

// Clusters of nothing: what the statement is planned with.
Fit nothing_learnt(std::size_t columns) {
    Fit fit;
    fit.standard = {std::vector<double>(columns, 0), std::vector<double>(columns, 1)};
    fit.clusters.centres = {columns, std::vector<double>(2 * columns, 0)};
    fit.clusters.sizes = {0, 0};
    fit.silhouette.by_cluster = {0, 0};
    fit.axes.first.assign(columns, 0);
    fit.axes.second.assign(columns, 0);
    fit.axes.means.assign(columns, 0);
    fit.means.assign(2 * columns, 0);
    return fit;
}

std::string as_double(const std::string& column) {
    return "CAST(" + quote_name(column) + " AS DOUBLE)";
}

Result<learn::Points> read_points(engine::Work& work, const SegmentsSpec& spec) {
    learn::Points points{spec.columns.size(), {}};
    std::string list;
    std::string known;
    for (const std::string& column : spec.columns) {
        list += (list.empty() ? "" : ", ") + as_double(column);
        known += (known.empty() ? "" : " AND ") + quote_name(column) + " IS NOT NULL";
    }
    const auto rows = TRY(work.rows(
        "SELECT " + list + " FROM " + spec.table + " WHERE " + known + " ORDER BY " +
            quote_name(spec.id),
        rows_max + 1
    ));
    if (static_cast<std::int64_t>(rows.rows.size()) > rows_max) {
        return Error(
            ErrorCode::ResourceExhausted,
            "segments are made of " + format_count(rows_max) + " rows at most"
        );
    }
    for (const auto& row : rows.rows) {
        for (const auto& value : row) {
            const auto number = parse_double(value.value_or(""));
            if (!number) return Error(ErrorCode::InvalidArgument, "a feature is no number");
            points.values.push_back(*number);
        }
    }
    return points;
}

Result<double> stability_of(
    const learn::Points& points, const learn::Clusters& found, learn::KmeansOptions options
) {
    double sum = 0;
    options.clusters = found.sizes.size();
    for (int i = 0; i < stability_seeds; ++i) {
        ++options.seed;
        const learn::Clusters other = TRY(learn::kmeans(points, options));
        sum += learn::adjusted_rand_index(found.labels, other.labels);
    }
    return sum / stability_seeds;
}

std::vector<double> means_of(const learn::Points& raw, const learn::Clusters& clusters) {
    std::vector<double> means(clusters.sizes.size() * raw.columns, 0);
    for (std::size_t row = 0; row < raw.rows(); ++row) {
        const std::size_t at = clusters.labels[row] * raw.columns;
        for (std::size_t c = 0; c < raw.columns; ++c) means[at + c] += raw.row(row)[c];
    }
    for (std::size_t i = 0; i < means.size(); ++i)
        means[i] /= static_cast<double>(std::max<std::size_t>(1, clusters.sizes[i / raw.columns]));
    return means;
}

std::size_t different_rows(const learn::Points& points, std::size_t enough) {
    std::set<std::vector<double>> seen;
    for (std::size_t row = 0; row < points.rows() && seen.size() < enough; ++row)
        seen.emplace(points.row(row).begin(), points.row(row).end());
    return seen.size();
}

// All rows are one cluster where none differs from the others.
learn::Clusters one_cluster(const learn::Points& points) {
    learn::Clusters all;
    all.labels.assign(points.rows(), 0);
    all.sizes = {points.rows()};
    all.centres = {points.columns, {points.row(0).begin(), points.row(0).end()}};
    return all;
}

Result<void> find_clusters(
    const learn::Points& points, const SegmentsSpec& spec, const learn::Work& how, Fit& fit
) {
    const std::size_t most = spec.clusters == 0 ? auto_most : spec.clusters;
    const std::size_t different = different_rows(points, most);
    if (different < 2) {
        fit.clusters = one_cluster(points);
        fit.silhouette.by_cluster = {0};
        fit.stability = 1;
        return {};
    }
    learn::KmeansOptions options;
    options.clusters = std::min(most, different);
    options.starts = spec.starts;
    options.seed = spec.seed;
    options.work = how;
    if (spec.clusters == 0) {
        learn::ChosenClusters chosen =
            TRY(learn::choose_clusters(points, auto_least, options.clusters, options));
        fit.clusters = std::move(chosen.clusters);
        fit.silhouette = std::move(chosen.silhouette);
    } else {
        fit.clusters = TRY(learn::kmeans(points, options));
        fit.silhouette = TRY(learn::silhouette(points, fit.clusters.labels, how));
    }
    fit.stability = TRY(stability_of(points, fit.clusters, options));
    return {};
}

Result<Fit> learn_from(const learn::Points& raw, const SegmentsSpec& spec, const learn::Work& how) {
    if (raw.rows() == 0) return nothing_learnt(spec.columns.size());
    Fit fit;
    fit.rows = raw.rows();
    fit.standard = TRY(learn::standard_of(raw));
    const learn::Points points = fit.standard.apply(raw);
    TRY(find_clusters(points, spec, how, fit));
    fit.axes = TRY(learn::pca2(points));
    fit.means = means_of(raw, fit.clusters);
    fit.clusters.labels.clear();  // SQL finds them anew, and the fit is kept
    return fit;
}

std::string hash_of(const learn::Points& points) {
    return hash128(
        {reinterpret_cast<const char*>(points.values.data()), points.values.size() * sizeof(double)}
    );
}

// One row for each cluster: how many, how they lie, its centre as it is and standardised (z_…).
std::string clusters_sql(const SegmentsSpec& spec, const Fit& fit) {
    const std::size_t width = spec.columns.size();
    std::string rows;
    std::string names = "cluster, size, share, silhouette, clusters, mean_silhouette, stability";
    const std::string of_all = ", " + std::to_string(fit.clusters.sizes.size()) + ", " +
                               sql_double(fit.silhouette.mean) + ", " + sql_double(fit.stability);
    for (const std::string& column : spec.columns) names += ", " + quote_name(column);
    for (const std::string& column : spec.columns) names += ", " + quote_name("z_" + column);
    const double all = static_cast<double>(std::max<std::size_t>(1, fit.rows));
    for (std::size_t k = 0; k < fit.clusters.sizes.size(); ++k) {
        const std::size_t size = fit.clusters.sizes[k];
        rows += (k == 0 ? "(" : ",\n    (") + std::to_string(k) + ", CAST(" + std::to_string(size) +
                " AS BIGINT), " + sql_double(static_cast<double>(size) / all) + ", " +
                sql_double(fit.silhouette.by_cluster[k]) + of_all;
        for (std::size_t c = 0; c < width; ++c) rows += ", " + sql_double(fit.means[k * width + c]);
        for (std::size_t c = 0; c < width; ++c)
            rows += ", " + sql_double(fit.clusters.centres.row(k)[c]);
        rows += ")";
    }
    return "SELECT * FROM (VALUES\n    " + rows + "\n  ) AS found(" + names + ")";
}

// The same columns without a row, each from those that it is learnt from: a plan, and lineage,
// know no more.
std::string no_clusters_sql(const SegmentsSpec& spec) {
    std::string all;
    std::string means;
    for (const std::string& column : spec.columns) {
        all += (all.empty() ? "sum(" : " + ") + as_double(column);
        const std::string mean = ",\n         avg(" + as_double(column) + ") AS ";
        means += mean + quote_name(column) + mean + quote_name("z_" + column);
    }
    all += ")";
    return "SELECT CAST(" + all + " AS INTEGER) AS cluster, CAST(" + all + " AS BIGINT) AS size, " +
           all + " AS share, " + all + " AS silhouette,\n         CAST(" + all +
           " AS INTEGER) AS clusters, " + all + " AS mean_silhouette, " + all + " AS stability" +
           means + "\n  FROM " + spec.table + "\n  HAVING 1 = 0";
}

// The first rule that holds names the cluster.
std::string label_sql(const SegmentsSpec& spec) {
    std::string cases;
    for (const SegmentRule& rule : spec.rules)
        cases += " WHEN " + rule.when + " THEN " + quote_literal(rule.segment);
    const std::string other = spec.otherwise.empty() ? "concat('Cluster ', CAST(cluster AS STRING))"
                                                     : quote_literal(spec.otherwise);
    return cases.empty() ? other : "CASE" + cases + " ELSE " + other + " END";
}

// A name that clusters share stays with the largest of them; another's says what sets it most apart
// from that one, and a number where that is the same for two.
std::string named_sql(const SegmentsSpec& spec) {
    const std::string of_label = " OVER (PARTITION BY tw_label ORDER BY cluster)";
    std::string offs;
    std::string most = "greatest(abs(tw_off0)";
    for (std::size_t c = 0; c < spec.columns.size(); ++c) {
        const std::string z = quote_name("z_" + spec.columns[c]);
        const std::string off = "tw_off" + std::to_string(c);
        offs += ", " + z + " - first_value(" + z + ")" + of_label + " AS " + off;
        most += ", abs(" + off + ")";
    }
    std::string words;
    for (std::size_t c = 0; c < spec.columns.size(); ++c) {
        const std::string off = "tw_off" + std::to_string(c);
        std::string column = spec.columns[c];
        std::ranges::replace(column, '_', ' ');
        words += " WHEN abs(" + off + ") = " + most + ") THEN CASE WHEN " + off + " > 0 THEN " +
                 quote_literal(", higher " + column) + " ELSE " +
                 quote_literal(", lower " + column) + " END";
    }
    const std::string nth = "row_number() OVER (PARTITION BY tw_worded ORDER BY cluster)";
    return "SELECT *, CASE WHEN " + nth + " = 1 THEN tw_worded ELSE concat(tw_worded, ' ', CAST(" +
           nth +
           " AS STRING)) END AS segment\n  FROM (\n    SELECT *, concat(tw_label, CASE WHEN "
           "tw_place = 1 THEN ''" +
           words + " ELSE '' END) AS tw_worded\n    FROM (\n      SELECT *, row_number()" +
           of_label + " AS tw_place" + offs + "\n      FROM (SELECT *, " + label_sql(spec) +
           " AS tw_label FROM clusters) AS labelled\n    ) AS placed\n  ) AS worded";
}

// A column, standardised as the clusters were.
std::string standard_sql(const SegmentsSpec& spec, const Fit& fit, std::size_t c) {
    if (fit.standard.deviations[c] == 0) return "CAST(0 AS DOUBLE) * " + as_double(spec.columns[c]);
    return "(" + as_double(spec.columns[c]) + " - " + sql_double(fit.standard.means[c]) + ") / " +
           sql_double(fit.standard.deviations[c]);
}

std::string weighed_sql(const std::vector<double>& axis, const std::vector<double>& means) {
    std::string sum;
    for (std::size_t c = 0; c < axis.size(); ++c) {
        const std::string z = "z" + std::to_string(c);
        sum += (c == 0 ? "" : " + ") + ("(" + z + " - " + sql_double(means[c]) + ") * ") +
               sql_double(axis[c]);
    }
    return sum;
}

std::string of_nearest(const std::vector<std::string>& columns) {
    std::string list;
    for (const std::string& column : columns) list += ", nearest." + quote_name(column);
    return list;
}

std::string rows_sql(const SegmentsSpec& spec, const Fit& fit) {
    const std::string id = quote_name(spec.id);
    std::string names = id;
    for (const std::string& column : spec.columns) names += ", " + quote_name(column);
    for (const std::string& column : spec.keep) names += ", " + quote_name(column);
    std::string standard;
    for (std::size_t c = 0; c < spec.columns.size(); ++c)
        standard += ",\n         " + standard_sql(spec, fit, c) + " AS z" + std::to_string(c);
    std::string distances;
    std::string least;
    std::string cases;
    for (std::size_t k = 0; k < fit.clusters.sizes.size(); ++k) {
        const std::string d = "d" + std::to_string(k);
        std::string sum;
        for (std::size_t c = 0; c < spec.columns.size(); ++c) {
            const std::string off =
                "(z" + std::to_string(c) + " - " + sql_double(fit.clusters.centres.row(k)[c]) + ")";
            sum += (c == 0 ? "" : " + ") + off + " * " + off;
        }
        distances += ",\n         " + sum + " AS " + d;
        least += ", " + d;
        cases += " WHEN " + d + " THEN " + std::to_string(k);
    }
    return "standard AS (\n  SELECT " + names + standard + "\n  FROM " + spec.table +
           "\n),\nfar AS (\n  SELECT " + names + ",\n         " +
           weighed_sql(fit.axes.first, fit.axes.means) + " AS pca_x,\n         " +
           weighed_sql(fit.axes.second, fit.axes.means) + " AS pca_y" + distances +
           "\n  FROM standard\n),\nnearest AS (\n  SELECT " + names +
           ", pca_x, pca_y, CASE least(d0" + least + ")" + cases +
           " END AS cluster\n  FROM far\n)\nSELECT nearest." + id + of_nearest(spec.columns) +
           ", nearest.cluster, named.segment, nearest.pca_x, nearest.pca_y" +
           of_nearest(spec.keep) +
           "\nFROM nearest\nLEFT JOIN named ON named.cluster = nearest.cluster\nORDER BY nearest." +
           id;
}

std::string summary_sql(const SegmentsSpec& spec) {
    std::string names;
    for (const std::string& column : spec.columns) names += ", " + quote_name(column);
    return "SELECT cluster, segment, size, share" + names +
           ", silhouette, clusters, mean_silhouette, stability\nFROM named\nORDER BY cluster";
}

std::string statement(const SegmentsSpec& spec, const Fit& fit, bool summary) {
    const std::string head =
        "/* segments: k " + (spec.clusters == 0 ? "auto" : std::to_string(spec.clusters)) +
        ", starts " + std::to_string(spec.starts) + ", seed " + std::to_string(spec.seed) + " */\n";
    return head + "WITH clusters AS (\n  " +
           (fit.rows == 0 ? no_clusters_sql(spec) : clusters_sql(spec, fit)) +
           "\n),\nnamed AS (\n  " + named_sql(spec) + "\n)" +
           (summary ? "\n" + summary_sql(spec) : ",\n" + rows_sql(spec, fit));
}

class Segments : public Fitted {
public:
    Segments(SegmentsSpec spec, std::shared_ptr<LastFit<Fit>> last, bool summary)
        : spec_(std::move(spec)),
          last_(std::move(last)),
          summary_(summary),
          planned_(statement(spec_, nothing_learnt(spec_.columns.size()), summary_)) {}

    const std::string& planned_sql() const override { return planned_; }
    Result<std::string> fit(engine::Work& work, const learn::Work& how) const override {
        const learn::Points raw = TRY(read_points(work, spec_));
        const auto fit = TRY(last_->of(hash_of(raw), [&] { return learn_from(raw, spec_, how); }));
        return statement(spec_, *fit, summary_);
    }
    bool sums_up_segments() const override { return summary_; }

private:
    const SegmentsSpec spec_;
    const std::shared_ptr<LastFit<Fit>> last_;
    const bool summary_;
    const std::string planned_;
};

}  // namespace

Result<std::vector<FittedTable>> parse_segments(
    const std::string& name, const yaml::Node& document
) {
    TRY(allow_table_keys(
        document, {"kind", "features", "k", "starts", "seed", "rules", "otherwise", "summary"}
    ));
    const SegmentsSpec spec = TRY(read_segments_spec(document));
    TRY(allow_table_keys(document["summary"], {}));
    const auto last = std::make_shared<LastFit<Fit>>();
    return std::vector<FittedTable>{
        {name, document, std::make_shared<Segments>(spec, last, false)},
        {name + "_summary", document["summary"], std::make_shared<Segments>(spec, last, true)}
    };
}

}  // namespace tradewind::pipeline
