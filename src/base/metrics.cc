#include "base/metrics.h"

#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "base/check.h"

namespace tradewind {

namespace {

constexpr std::int64_t first_bound_us = 64;

std::int64_t bound_us(int bucket) {
    return first_bound_us << bucket;
}

std::string format_number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 40> buffer;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    CHECK(error == std::errc{});
    return std::string(buffer.data(), end);
}

std::string seconds(std::int64_t micros) {
    return format_number(static_cast<double>(micros) / 1e6);
}

// Prometheus' text format: \\ and \n in help, and \" too in label values.
std::string escape(std::string_view text, bool quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quotes) {
            out += "\\\"";
        } else {
            out.push_back(c);
        }
    }
    return out;
}

bool valid_name(std::string_view name, bool colons) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
    for (const char c : name) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || (c == ':' && colons);
        if (!fits) return false;
    }
    return true;
}

std::string format_labels(const Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
        if (!out.empty()) out.push_back(',');
        out += name + "=\"" + escape(value, true) + "\"";
    }
    return out;
}

void append_sample(
    std::string& out, std::string_view name, const std::string& labels, const std::string& value
) {
    out += name;
    if (!labels.empty()) out += "{" + labels + "}";
    out += " " + value + "\n";
}

}  // namespace

void Histogram::observe_us(std::int64_t micros) {
    if (micros < 0) micros = 0;
    for (int bucket = 0; bucket < bucket_count; ++bucket) {
        if (micros > bound_us(bucket)) continue;
        buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
        break;
    }
    sum_us_.fetch_add(micros, std::memory_order_relaxed);
    count_.fetch_add(1, std::memory_order_relaxed);
}

std::int64_t Histogram::quantile_us(double q) const {
    const std::int64_t total = count();
    if (total == 0) return 0;
    const double wanted = std::ceil(q * static_cast<double>(total));
    std::int64_t seen = 0;
    for (int bucket = 0; bucket < bucket_count; ++bucket) {
        seen += buckets_[static_cast<std::size_t>(bucket)].load(std::memory_order_relaxed);
        if (seen > 0 && static_cast<double>(seen) >= wanted) return bound_us(bucket);
    }
    return bound_us(bucket_count - 1);
}

struct MetricsRegistry::Entry {
    std::string name;
    std::string help;
    std::string labels;  // as they are printed
    char kind = 'c';     // c counter, g gauge, h histogram, f gauge that is a function
    Counter counter;
    Gauge gauge;
    Histogram histogram;
    std::function<double()> read;

    const char* type() const {
        return kind == 'c' ? "counter" : kind == 'h' ? "histogram" : "gauge";
    }

    void print(std::string& out) const {
        switch (kind) {
            case 'c':
                return append_sample(out, name, labels, std::to_string(counter.value()));
            case 'g':
                return append_sample(out, name, labels, std::to_string(gauge.value()));
            case 'f':
                return append_sample(out, name, labels, format_number(read()));
            default:
                return print_histogram(out);
        }
    }

    void print_histogram(std::string& out) const {
        const std::string prefix = labels.empty() ? "" : labels + ",";
        // Counted from the buckets, not from count_: a scrape between the two additions must not
        // see more in a bucket than in +Inf.
        std::int64_t seen = 0;
        for (int bucket = 0; bucket < Histogram::bucket_count; ++bucket) {
            seen +=
                histogram.buckets_[static_cast<std::size_t>(bucket)].load(std::memory_order_relaxed
                );
            append_sample(
                out,
                name + "_bucket",
                prefix + "le=\"" + seconds(bound_us(bucket)) + "\"",
                std::to_string(seen)
            );
        }
        const std::int64_t total = std::max(seen, histogram.count());
        append_sample(out, name + "_bucket", prefix + "le=\"+Inf\"", std::to_string(total));
        append_sample(
            out, name + "_sum", labels, seconds(histogram.sum_us_.load(std::memory_order_relaxed))
        );
        append_sample(out, name + "_count", labels, std::to_string(total));
    }
};

MetricsRegistry::Entry& MetricsRegistry::entry(
    std::string_view name, std::string_view help, const Labels& labels, char kind
) {
    CHECK(valid_name(name, true));
    for (const auto& label : labels) CHECK(valid_name(label.first, false) && label.first != "le");
    const std::string printed = format_labels(labels);
    for (const auto& known : entries_) {
        if (known->name != name) continue;
        CHECK(known->kind == kind);
        if (known->labels == printed) return *known;
    }
    auto made = std::make_shared<Entry>();
    made->name = std::string(name);
    made->help = std::string(help);
    made->labels = printed;
    made->kind = kind;
    entries_.push_back(made);
    return *made;
}

Counter& MetricsRegistry::counter(std::string_view name, std::string_view help, Labels labels) {
    std::lock_guard lock(mutex_);
    return entry(name, help, labels, 'c').counter;
}

Gauge& MetricsRegistry::gauge(std::string_view name, std::string_view help, Labels labels) {
    std::lock_guard lock(mutex_);
    return entry(name, help, labels, 'g').gauge;
}

Histogram& MetricsRegistry::histogram(std::string_view name, std::string_view help, Labels labels) {
    std::lock_guard lock(mutex_);
    return entry(name, help, labels, 'h').histogram;
}

void MetricsRegistry::gauge_function(
    std::string_view name, std::string_view help, Labels labels, std::function<double()> read
) {
    std::lock_guard lock(mutex_);
    Entry& known = entry(name, help, labels, 'f');
    for (auto& slot : entries_) {
        if (slot.get() != &known) continue;
        // A new entry, since somebody may be printing the old one at this moment.
        auto made = std::make_shared<Entry>();
        made->name = known.name;
        made->help = known.help;
        made->labels = known.labels;
        made->kind = 'f';
        made->read = std::move(read);
        slot = std::move(made);
        return;
    }
}

std::string MetricsRegistry::to_prometheus() const {
    // Printed outside the lock: a gauge's function may take locks of its own, under which somebody
    // else may be asking for a metric.
    std::map<std::string, std::vector<std::shared_ptr<Entry>>> families;
    {
        std::lock_guard lock(mutex_);
        for (const auto& known : entries_) families[known->name].push_back(known);
    }
    std::string out;
    for (const auto& [name, members] : families) {
        out += "# HELP " + name + " " + escape(members.front()->help, false) + "\n";
        out += "# TYPE " + name + " " + members.front()->type() + "\n";
        for (const auto& member : members) member->print(out);
    }
    return out;
}

}  // namespace tradewind
