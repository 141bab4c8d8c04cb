#pragma once

#include <atomic>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <edgeward/anchoring/anchor_settings.hpp>
#include <edgeward/core/backoff.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/transport/syslog_link.hpp>

#include "anchor_watch.hpp"
#include "audit_trail.hpp"
#include "siem_position.hpp"
#include "syslog_message.hpp"

namespace edgeward::anchoring {

// Sends the audit log to the SIEM, record after record, and goes on after an outage where the SIEM had it.
//
// Syslog over TLS has no acknowledgement. What stands in for it: a connection carries records for `renew`,
// then the next one is opened and the old one ended in order, which shows that the SIEM has read everything
// on it; when the SIEM lived on for `settle` after that, the position is moved there. There is always a
// connection open, so that a SIEM that died in between shows. Whatever breaks, everything after the position
// is sent again: each record at least once, the sequence tells which twice.
//
// One thread: that of `executor`, which it blocks while it reads the log, a bounded piece at a time. Must
// outlive run().
class SiemExport {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        const config::Credentials& credentials;
        AuditTrail trail;
        std::filesystem::path position_file;
        AnchorWatch& watch;
        const Clock& clock;
        Random& random;
        metrics::Registry& metrics;
    };
    // `kept`: as read from the file.
    SiemExport(const SiemSettings& settings, SiemPosition kept, Parts parts);
    SiemExport(const SiemExport&) = delete;
    SiemExport& operator=(const SiemExport&) = delete;
    ~SiemExport() = default;

    boost::asio::awaitable<void> run();
    // run() ends soon after. Its thread.
    void stop();
    // The same for what does not give way to the executor. Any thread.
    void hurry() { stopping_ = true; }

private:
    using Link = std::unique_ptr<transport::SyslogLink>;
    struct Mark {
        SiemPosition position;
        MonotonicTime read_at;  // when the SIEM had read it
    };
    boost::asio::awaitable<Result<void>> begin();
    boost::asio::awaitable<Result<void>> session();
    boost::asio::awaitable<Result<bool>> send_new();
    boost::asio::awaitable<Result<Link>> connect();
    boost::asio::awaitable<Result<void>> renew();
    boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
    Result<std::string> next_frames();
    Result<void> keep_settled();
    void show_lag();

    const SiemSettings settings_;
    Parts parts_;
    SyslogOrigin origin_;
    Backoff backoff_;
    boost::asio::steady_timer timer_;
    std::atomic<bool> stopping_ = false;
    bool begun_ = false;
    SiemPosition kept_;       // on disk
    SiemPosition sent_;       // on the connection
    std::deque<Mark> marks_;  // read by the SIEM, not settled yet
    Link link_;
    bool carried_ = false;  // something, on this connection
    MonotonicTime opened_;
    MonotonicTime checkpoint_at_;  // when the last checkpoint was sent
    std::uint64_t newest_ = 0;     // record of the log
    metrics::Gauge lag_;
    metrics::Counter messages_;
};

}  // namespace edgeward::anchoring
