#include "base/html.h"
#include "model/model.h"

namespace tradewind::model {

namespace {

std::string text_of(const json::Value* value) {
    if (value == nullptr || value->is_null()) return "–";
    return value->text();
}

std::string figure(const json::Value& values, const std::string& name) {
    const json::Value* value = values.find(name);
    if (value == nullptr || value->is_null()) return "–";
    const auto number = value->as_double();
    return number.ok() ? html::number_text(*number) : value->text();
}

std::string row(const std::vector<std::string>& cells) {
    std::string text = "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) text += html::table_cell(cells[i], i > 0);
    return text + "</tr>\n";
}

std::string head(const std::vector<std::string>& cells) {
    std::string text = "<div class=\"scroll\"><table><thead><tr>";
    for (std::size_t i = 0; i < cells.size(); ++i)
        text += html::element("th", cells[i], i > 0 ? "n" : "");
    return text + "</tr></thead><tbody>\n";
}

constexpr const char* table_end = "</tbody></table></div>\n";

// The model beside its baselines, a figure a row.
std::string metrics_table(const json::Value& report) {
    const json::Value* metrics = report.find("metrics");
    const json::Value* baselines = report.find("baselines");
    if (metrics == nullptr || baselines == nullptr) return "";
    std::vector<std::string> titles{"", report.text_or("model", "")};
    for (const auto& [name, values] : baselines->members()) titles.push_back(name);
    std::string text = html::element("h2", "Beside the baselines") + head(titles);
    for (const auto& [name, value] : metrics->members()) {
        std::vector<std::string> cells{name, figure(*metrics, name)};
        for (const auto& [baseline, values] : baselines->members())
            cells.push_back(figure(values, name));
        text += row(cells);
    }
    return text + table_end;
}

std::string split_table(const json::Value& report) {
    const json::Value* split = report.find("split");
    if (split == nullptr || split->members().empty()) return "";
    std::vector<std::string> titles{""};
    for (const auto& [name, values] : split->members()) titles.push_back(name);
    std::string text = html::element("h2", "Repeat and explore items") +
                       html::element(
                           "p",
                           "The same lists beside whole baskets: all items, those that the user "
                           "had bought before, those that he had not.",
                           "soft"
                       ) +
                       head(titles);
    for (const auto& [name, value] : split->members().front().second.members()) {
        std::vector<std::string> cells{name};
        for (const auto& [part, values] : split->members()) cells.push_back(figure(values, name));
        text += row(cells);
    }
    return text + table_end;
}

std::string calibration_table(const json::Value& report) {
    const json::Value* values = report.find("probabilities");
    const json::Value* bins = values == nullptr ? nullptr : values->find("bins");
    if (bins == nullptr) return "";
    std::string text =
        html::element("h2", "Are the probabilities true?") +
        html::element(
            "p",
            "Log loss " + figure(*values, "log_loss") + ", Brier score " +
                figure(*values, "brier") + ", AUC " + figure(*values, "auc") +
                ", mean error of the bins " + figure(*values, "calibration_error") + ".",
            "soft"
        ) +
        head({"probability", "rows", "predicted", "happened"});
    for (const json::Value& bin : bins->items()) {
        text += row(
            {figure(bin, "from") + " – " + figure(bin, "to"),
             figure(bin, "count"),
             figure(bin, "predicted"),
             figure(bin, "happened")}
        );
    }
    return text + table_end;
}

std::string data_list(const json::Value& report) {
    const json::Value* data = report.find("data");
    if (data == nullptr) return "";
    std::string text = html::element("h2", "Measured on") + "<dl>";
    for (const auto& [table, version] : data->members())
        text += html::element("dt", table) + html::element("dd", "version " + version.text());
    return text + "</dl>\n";
}

std::string held_out(const json::Value& report) {
    if (report.find("rows") != nullptr)
        return figure(report, "rows") + " rows, the newest, which were held out.";
    return figure(report, "users") + " users: each one's last order was held out.";
}

}  // namespace

std::string report_html(const json::Value& report) {
    const std::string title = report.text_or("package", "") + "/" + report.text_or("model", "") +
                              ", version " + text_of(report.find("version"));
    const json::Value* metrics = report.find("metrics");
    std::string body =
        html::element("h1", title) +
        html::element(
            "p",
            "Evaluated " + report.text_or("evaluated_at", "") + " on " + held_out(report),
            "soft"
        ) +
        "<div class=\"tiles\">";
    for (const char* name :
         {"f1", "recall@10", "ndcg@10", "hit_rate@10", "auc", "log_loss", "precision@10%"})
        if (metrics != nullptr && metrics->find(name) != nullptr)
            body += html::tile(figure(*metrics, name), name);
    body += "</div>\n" + metrics_table(report) + split_table(report) + calibration_table(report) +
            data_list(report);
    return html::html_page(title, body);
}

}  // namespace tradewind::model
