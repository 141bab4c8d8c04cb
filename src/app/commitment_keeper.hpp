#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <edgeward/core/backoff.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/dicom/commitment.hpp>
#include <edgeward/store/writer.hpp>

#include "commitment_settings.hpp"

namespace edgeward::app {

// Passes the promise of the archives on to who sent the objects (docs/adr/0063): takes requests for storage
// commitment, waits until the archives have committed themselves or the time is over, and tells the sender.
// What is open is in the store, and a restart goes on with it. One thread, ew-commitment.
class CommitmentKeeper {
public:
    using Tell = std::function<boost::asio::awaitable<Result<std::uint16_t>>(const transport::DicomSettings&,
                                                                             dicom::CommitmentReport)>;
    // All outlive the keeper.
    struct Parts {
        store::StoreReader& reader;
        store::Writer& writer;
        const Clock& clock;
        metrics::Registry& metrics;
        Tell tell;  // gives the status of the answer
        std::chrono::milliseconds look_interval{1000};
        BackoffSettings backoff{std::chrono::seconds(2), std::chrono::minutes(5)};
    };
    CommitmentKeeper(std::vector<CommitmentPeer> peers, Parts parts);
    CommitmentKeeper(const CommitmentKeeper&) = delete;
    CommitmentKeeper& operator=(const CommitmentKeeper&) = delete;
    ~CommitmentKeeper();

    // The destinations in force that commit themselves. Threads: any.
    void follow(std::set<std::string> archives);
    // Gives the DIMSE status when the request is on disk, or why it is not taken. Threads: any but ew-db.
    void take(const std::string& sender, const dicom::CommitmentRequest& request,
              std::function<void(std::uint16_t)> reply);
    void start();
    void stop();

private:
    struct Peer {
        CommitmentPeer settings;
        Backoff backoff;
        bool under_way = false;
        MonotonicTime not_before{};
    };
    boost::asio::awaitable<void> look_now_and_then();
    Result<void> look();
    Result<void> look_at(const store::OpenCommitment& open, Peer& peer);
    Result<void> decide(const store::OpenCommitment& open, bool over);
    Result<void> end(const store::OpenCommitment& open, const std::string& not_told_why);
    boost::asio::awaitable<void> tell(store::OpenCommitment open, Peer& peer);
    void say_told(const store::OpenCommitment& open, Peer& peer, const dicom::CommitmentReport& report);
    void count(const std::string& sender, const char* outcome);
    [[nodiscard]] std::set<std::string> archives() const;

    const Parts parts_;
    std::map<std::string, Peer> peers_;  // by sender; fixed, what is in them is the thread's
    metrics::Gauge open_;
    log::Trouble trouble_;
    mutable std::mutex mutex_;
    std::set<std::string> archives_;
    boost::asio::io_context io_{1};
    std::thread thread_;  // last: it uses the rest
};

}  // namespace edgeward::app
