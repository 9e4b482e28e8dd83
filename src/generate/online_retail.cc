#include "generate/online_retail.h"

#include <charconv>
#include <cstdio>

#include "base/decimal.h"
#include "generate/csv_files.h"
#include "generate/shop_invoices.h"

namespace tradewind::generate {

namespace {

// The original has 541,909.
constexpr double rows_at_scale_1 = 540'000;
constexpr std::string_view header_line =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
// 2011-08-12 14:50, as in the original.
constexpr std::int32_t bad_debt_day = 254;
constexpr std::int32_t bad_debt_minute = 14 * 60 + 50;

void append_integer(std::string& out, std::int64_t value) {
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
}

// Without trailing zeros: 2550 is "2.55", 18000 is "18".
void append_price(std::string& out, std::int64_t mills) {
    if (mills < 0) out.push_back('-');
    const std::int64_t amount = mills < 0 ? -mills : mills;
    append_integer(out, amount / 1000);
    std::int64_t fraction = amount % 1000;
    if (fraction == 0) return;
    char digits[3];
    std::size_t size = 0;
    for (std::int64_t unit = 100; fraction > 0; unit /= 10) {
        digits[size++] = static_cast<char>('0' + fraction / unit);
        fraction %= unit;
    }
    out.push_back('.');
    out.append(digits, size);
}

std::string time_text(const SalesMinute& minute, int minutes_later) {
    const int at = minute.minute_of_day + minutes_later;
    char text[32];
    const int size = std::snprintf(
        text,
        sizeof(text),
        "%d/%d/%d %d:%02d",
        minute.calendar_month(),
        minute.day_of_month,
        minute.year(),
        at / 60,
        at % 60
    );
    return {text, static_cast<std::size_t>(size)};
}

std::vector<std::string> file_names(int splits) {
    if (splits == 1) return {"online_retail.csv"};
    std::vector<std::string> names;
    for (int i = 1; i <= splits; ++i) {
        char name[32];
        std::snprintf(name, sizeof(name), "online_retail_%03d.csv", i);
        names.emplace_back(name);
    }
    return names;
}

// Writes invoices in order of time until the rows are there.
class Run {
public:
    Run(const GenerateRequest& request, CsvFiles& out, const std::function<void(double)>& progress)
        : out_(out),
          progress_(progress),
          splits_(request.splits),
          row_count_wanted_(std::max<std::int64_t>(
              1, static_cast<std::int64_t>(request.scale * rows_at_scale_1 + 0.5)
          )),
          shop_(request.seed, row_count_wanted_) {}

    Result<void> write_all() {
        TRY(open_next());
        for (const SalesMinute& minute : shop_.minutes()) TRY(write_minute(minute));
        // Fewer invoices than files: the last ones hold the header alone.
        while (opened_ < splits_) TRY(open_next());
        if (progress_) progress_(1.0);
        return {};
    }

private:
    Result<void> write_minute(const SalesMinute& minute) {
        const std::int64_t until = rows_until(minute);
        if (rows_ >= until) return {};
        const std::string time = time_text(minute, 0);
        if (!bad_debt_written_ && minute.day == bad_debt_day &&
            minute.minute_of_day >= bad_debt_minute) {
            bad_debt_written_ = true;
            for (const std::int64_t sign : {1, -1, -1}) {
                TRY(write(shop_.next_bad_debt(sign), time, time));
            }
        }
        while (rows_ < until) {
            const Invoice& invoice = shop_.next(minute);
            const bool interrupted = invoice.next_minute_from < invoice.lines.size();
            TRY(write(invoice, time, interrupted ? time_text(minute, 1) : time));
            if (interrupted) break;  // lines stay in order of time
        }
        return {};
    }

    // Rows that should be there at the end of the minute.
    std::int64_t rows_until(const SalesMinute& minute) const {
        const auto total = static_cast<Int128>(shop_.minutes().back().weight_until);
        return static_cast<std::int64_t>(
            static_cast<Int128>(minute.weight_until) * row_count_wanted_ / total
        );
    }

    Result<void> write(const Invoice& invoice, std::string_view time, std::string_view later) {
        TRY(next_file_if_due());
        for (std::size_t i = 0; i < invoice.lines.size(); ++i) {
            append_line(invoice, invoice.lines[i], i < invoice.next_minute_from ? time : later);
        }
        const auto count = static_cast<std::int64_t>(invoice.lines.size());
        out_.count_rows(count);
        rows_ += count;
        if (TRY(out_.flush_if_full()) && progress_) {
            progress_(
                std::min(1.0, static_cast<double>(rows_) / static_cast<double>(row_count_wanted_))
            );
        }
        return {};
    }

    void append_line(const Invoice& invoice, const InvoiceLine& line, std::string_view time) {
        std::string& out = out_.buffer();
        out.append(invoice.number).push_back(',');
        out.append(line.code).push_back(',');
        out.append(line.description).push_back(',');
        append_integer(out, line.quantity);
        out.push_back(',');
        out.append(time).push_back(',');
        append_price(out, line.price_mills);
        out.push_back(',');
        out.append(invoice.customer_id).push_back(',');
        out.append(invoice.country).push_back('\n');
    }

    // An invoice is never spread over two files.
    Result<void> next_file_if_due() {
        if (opened_ < splits_ && rows_ * splits_ >= row_count_wanted_ * opened_) TRY(open_next());
        return {};
    }

    Result<void> open_next() {
        TRY(out_.open_next());
        out_.buffer().append(header_line);
        ++opened_;
        return {};
    }

    CsvFiles& out_;
    const std::function<void(double)>& progress_;
    const int splits_;
    const std::int64_t row_count_wanted_;
    Shop shop_;
    std::int64_t rows_ = 0;
    int opened_ = 0;
    bool bad_debt_written_ = false;
};

}  // namespace

Result<std::vector<GeneratedFile>> generate_online_retail(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
) {
    auto out = TRY(CsvFiles::create(files, request.folder, file_names(request.splits)));
    Run run(request, *out, progress);
    TRY(run.write_all());
    return out->publish();
}

}  // namespace tradewind::generate
