#include "siem_export.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <edgeward/core/log.hpp>

#include "siem_start.hpp"

namespace edgeward::anchoring {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t piece_records = 200;  // at most 1 MB of messages
constexpr std::chrono::milliseconds look_interval{250};
constexpr BackoffSettings patience_after_trouble{500ms, 15s};

}  // namespace

SiemExport::SiemExport(const SiemSettings& settings, SiemPosition kept, Parts parts)
    : settings_(settings),
      parts_(std::move(parts)),
      origin_(syslog_origin(settings.enterprise_number, settings.site)),
      backoff_(patience_after_trouble),
      timer_(parts_.executor),
      kept_(kept),
      lag_(parts_.metrics.gauge("edgeward_siem_lag_records",
                                "Audit records the SIEM is not known to have kept yet.")),
      messages_(parts_.metrics.counter("edgeward_siem_messages_total", "Messages sent to the SIEM.")) {}

asio::awaitable<void> SiemExport::pause(std::chrono::milliseconds time) {
    if (stopping_) co_return;
    timer_.expires_after(time);
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void SiemExport::stop() {
    stopping_ = true;
    timer_.cancel();
    if (link_) link_->close();
}

asio::awaitable<void> SiemExport::run() {
    while (!stopping_) {
        auto working = begun_ ? session() : begin();
        const auto ended = co_await std::move(working);
        link_.reset();
        if (stopping_) co_return;
        if (ended) continue;
        parts_.watch.trouble(ended.error());
        if (const auto chain = parts_.trail.chain()) newest_ = chain->sequence;
        show_lag();
        auto waiting = pause(backoff_.next(parts_.random));
        co_await std::move(waiting);
    }
}

asio::awaitable<Result<void>> SiemExport::begin() {
    auto start = find_siem_start(parts_.trail, kept_, stopping_);
    if (!start) co_return failure(Error(start.error()).during("read the audit log"));
    if (!start->contradiction.empty()) parts_.watch.contradicted(start->contradiction);
    kept_ = start->position;
    begun_ = true;
    co_return Result<void>();
}

asio::awaitable<Result<SiemExport::Link>> SiemExport::connect() {
    auto opening = transport::SyslogLink::open(settings_.endpoint, parts_.credentials);
    auto link = co_await std::move(opening);
    if (!link) co_return failure(std::move(link.error()));
    opened_ = parts_.clock.monotonic();
    carried_ = false;
    co_return std::move(*link);
}

asio::awaitable<Result<void>> SiemExport::session() {
    marks_.clear();
    sent_ = kept_;
    auto opening = connect();
    auto link = co_await std::move(opening);
    if (!link) co_return failure(std::move(link.error()));
    link_ = std::move(*link);
    checkpoint_at_ = MonotonicTime{};  // so that there is something to take, even when nothing is new
    while (!stopping_) {
        auto sending = send_new();
        auto idle = co_await std::move(sending);
        if (!idle) co_return failure(std::move(idle.error()));
        show_lag();
        if (*idle) {
            auto waiting = pause(look_interval);
            co_await std::move(waiting);
        }
    }
    co_return Result<void>();
}

// True when there was nothing to send.
asio::awaitable<Result<bool>> SiemExport::send_new() {
    if (link_->ended()) co_return failure(ErrorKind::unavailable, "the SIEM has closed the connection");
    auto frames = next_frames();
    if (!frames) co_return failure(std::move(frames.error()).during("read the audit log"));
    const bool idle = frames->empty();
    if (!idle) {
        auto writing = link_->write(std::move(*frames));
        auto written = co_await std::move(writing);
        if (!written) co_return failure(std::move(written.error()));
        carried_ = true;
    }
    if (carried_ && parts_.clock.monotonic() - opened_ >= settings_.renew) {
        auto renewing = renew();
        auto renewed = co_await std::move(renewing);
        if (!renewed) co_return failure(std::move(renewed.error()));
    }
    if (auto kept = keep_settled(); !kept) co_return failure(std::move(kept.error()));
    co_return idle;
}

// The next connection first: a SIEM that dies between the two is seen by the one that is open.
asio::awaitable<Result<void>> SiemExport::renew() {
    const SiemPosition carried = sent_;
    auto opening = connect();
    auto next = co_await std::move(opening);
    if (!next) co_return failure(std::move(next.error()));
    const Link old = std::exchange(link_, std::move(*next));
    auto ending = old->finish();
    auto finished = co_await std::move(ending);
    if (!finished) co_return finished;
    marks_.push_back({carried, parts_.clock.monotonic()});
    co_return Result<void>();
}

Result<std::string> SiemExport::next_frames() {
    const auto chain = parts_.trail.chain();
    if (!chain) return failure(chain.error());
    origin_.source.origin = chain->origin;
    newest_ = chain->sequence;
    std::string frames;
    double count = 0;
    const auto add = [&](const std::string& message) {
        frames.append(transport::syslog_frame(message));
        ++count;
    };
    const MonotonicTime now = parts_.clock.monotonic();
    auto read = parts_.trail.read(
        sent_.sequence + 1, piece_records,
        [&](const audit::Record& record) {
            add(syslog_message(record, origin_));
            sent_ = {record.sequence, record.digest, record.time};
        },
        [&](std::string_view note) {
            add(syslog_checkpoint(note, sent_.sequence, parts_.clock.now(), origin_));
            checkpoint_at_ = now;
        });
    if (!read) return failure(std::move(read.error()));
    const bool silent = checkpoint_at_ == MonotonicTime{} || now - checkpoint_at_ >= settings_.heartbeat;
    if (silent && chain->checkpoint > 0 && chain->checkpoint <= sent_.sequence) {
        add(syslog_checkpoint(chain->checkpoint_note, chain->checkpoint, parts_.clock.now(), origin_));
        checkpoint_at_ = now;
    }
    messages_.add(count);
    return frames;
}

Result<void> SiemExport::keep_settled() {
    const MonotonicTime now = parts_.clock.monotonic();
    std::optional<SiemPosition> settled;
    while (!marks_.empty() && now - marks_.front().read_at >= settings_.settle) {
        settled = marks_.front().position;
        marks_.pop_front();
    }
    if (!settled || link_->ended()) return {};
    if (*settled != kept_) {
        if (auto written = write_siem_position(parts_.position_file, *settled); !written)
            return failure(std::move(written.error()).during("keep the position of the SIEM"));
        kept_ = *settled;
    }
    backoff_.reset();
    parts_.watch.well();
    return {};
}

void SiemExport::show_lag() {
    lag_.set(static_cast<double>(newest_ - std::min(newest_, kept_.sequence)));
}

}  // namespace edgeward::anchoring
