#include "disk_watch.hpp"

#include <limits>

namespace edgeward::app {
namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

std::string reason_of(std::uint64_t limit) {
    return "less than " + std::to_string(limit / mib) + " MiB of room: reading has stopped";
}

}  // namespace

Result<DiskRoom> measure_disk(const std::filesystem::path& folder, store::StoreReader& reader) {
    std::error_code failed;
    const auto disk = std::filesystem::space(folder, failed);
    if (failed) return failure(ErrorKind::unavailable, "the file system does not say how full it is");
    auto inside = reader.space();
    if (!inside) return failure(std::move(inside.error()));
    return DiskRoom{disk.capacity, disk.available + inside->free, inside->used, disk.available};
}

DiskWatch::DiskWatch(const DiskSettings& settings, Parts parts)
    : settings_(settings),
      parts_(std::move(parts)),
      low_gauge_(parts_.metrics.gauge("edgeward_intake_stopped",
                                      "1 while nothing is read from sources for want of disk space.")),
      room_gauge_(parts_.metrics.gauge(
          "edgeward_disk_room_bytes",
          "Free space of the file system and free pages of store.db: what reports can still take.")),
      left_gauge_(parts_.metrics.gauge("edgeward_buffer_seconds_left",
                                       "How long the disk takes everything that comes when nothing leaves.")),
      rate_gauge_(parts_.metrics.gauge("edgeward_disk_fill_bytes_per_second",
                                       "Growth of the content of store.db, smoothed.")),
      level_(settings_) {
    left_gauge_.set(std::numeric_limits<double>::quiet_NaN());  // not known yet
}

void DiskWatch::start() {
    look();
    thread_.start([this] {
        while (thread_.pause(settings_.check_interval))
            look();
    });
}

void DiskWatch::stop() {
    thread_.stop();
}

void DiskWatch::look() {
    const auto measured = parts_.measure();
    if (!measured) {
        trouble_.raise("measure", "the room on the disk cannot be told",
                       {{"reason", measured.error().message}});
        return;
    }
    trouble_.clear("measure", "the room on the disk can be told again");
    if (const auto kept = parts_.reserve.keep(measured->free); !kept)
        trouble_.raise("reserve", "the disk's reserve cannot be made", {{"reason", kept.error().message}});
    else
        trouble_.clear("reserve", "the disk has its reserve again");
    bool changed = false;
    bool low = false;
    {
        const std::lock_guard lock(mutex_);
        room_ = *measured;
        rate_.add(room_.used, parts_.clock.monotonic());
        changed = level_.update(room_);
        low = level_.is_low();
    }
    show();
    if (changed) say(low, *measured);
}

void DiskWatch::show() {
    const DiskStatus now = status();
    low_gauge_.set(now.low ? 1 : 0);
    room_gauge_.set(static_cast<double>(now.room.room));
    if (now.octets_per_second) rate_gauge_.set(*now.octets_per_second);
    if (now.seconds_left) left_gauge_.set(*now.seconds_left);
}

void DiskWatch::say(bool low, const DiskRoom& room) {
    parts_.hold(low);
    const std::uint64_t limit = low ? level_.stops_below(room.capacity) : level_.resumes_above(room.capacity);
    if (low) {
        trouble_.raise("low", "the disk is nearly full: reading from sources stops; deliveries go on",
                       {{"room_mib", room.room / mib}, {"limit_mib", limit / mib}});
    } else {
        trouble_.clear("low", "there is room on the disk again: reading goes on",
                       {{"room_mib", room.room / mib}, {"limit_mib", limit / mib}});
    }
    audit::Event event;
    event.actor = "gateway";
    event.action = low ? audit::Action::intake_stopped : audit::Action::intake_resumed;
    event.outcome = low ? audit::Outcome::failure : audit::Outcome::success;
    event.object = "disk";
    event.rule =
        "room " + std::to_string(room.room / mib) + " MiB, limit " + std::to_string(limit / mib) + " MiB";
    // Not waited for: a full disk is waited out by the writer.
    parts_.writer.submit({[event](store::ObservationStore& store) { return store.append_audit(event); },
                          [](const Result<void>& written) {
                              if (!written)
                                  log::error("the audit record about the disk could not be written",
                                             {{"reason", written.error().message}});
                          }});
}

DiskStatus DiskWatch::status() const {
    const std::lock_guard lock(mutex_);
    DiskStatus status;
    status.room = room_;
    status.stops_below = level_.stops_below(room_.capacity);
    status.low = level_.is_low();
    status.octets_per_second = rate_.per_second();
    status.seconds_left = seconds_left(room_, status.stops_below, status.octets_per_second);
    return status;
}

Result<void> DiskWatch::health() const {
    const std::lock_guard lock(mutex_);
    if (!level_.is_low()) return {};
    return failure(ErrorKind::exhausted, reason_of(level_.resumes_above(room_.capacity)));
}

}  // namespace edgeward::app
