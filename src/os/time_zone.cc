#include "os/time_zone.h"

#include <date/tz.h>

#include <exception>
#include <utility>

namespace tradewind::os {

namespace {

using std::chrono::microseconds;

class DatabaseZone : public TimeZone {
public:
    DatabaseZone(std::string name, const date::time_zone* zone)
        : name_(std::move(name)), zone_(zone) {}

    const std::string& name() const override { return name_; }

    CivilTime to_local(Timestamp at) const override {
        const date::sys_time<microseconds> instant{microseconds(at.micros)};
        // A local time counted as if it were UTC.
        const auto local = zone_->to_local(instant).time_since_epoch();
        return to_civil(Timestamp{std::chrono::duration_cast<microseconds>(local).count()});
    }

    Timestamp to_utc(const CivilTime& local) const override {
        const date::local_time<microseconds> time{microseconds(from_civil(local).micros)};
        const date::local_info info = zone_->get_info(time);
        if (info.result == date::local_info::nonexistent)
            return Timestamp{microseconds(info.second.begin.time_since_epoch()).count()};
        // Unique, or the first of two.
        return Timestamp{(time.time_since_epoch() - microseconds(info.first.offset)).count()};
    }

private:
    const std::string name_;
    const date::time_zone* const zone_;  // the library's, for as long as the program runs
};

}  // namespace

Result<std::shared_ptr<const TimeZone>> find_time_zone(const std::string& name) {
    try {
        return std::shared_ptr<const TimeZone>(
            std::make_shared<DatabaseZone>(name, date::locate_zone(name))
        );
    } catch (const std::exception& error) {
        return Error(ErrorCode::InvalidArgument, "there is no time zone '" + name + "'")
            .with_detail(error.what())
            .with_hint(
                "Names are those of the IANA database, such as Europe/Berlin, America/New_York or "
                "UTC; the system's package tzdata has them."
            );
    }
}

}  // namespace tradewind::os
