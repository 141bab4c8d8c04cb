#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <edgeward/dicom/commitment.hpp>

namespace edgeward::transport {

// Where reports of storage commitment and those who wait for them meet: a provider reports on the association
// that asked or on one that it opens to our port, and sometimes before it has answered. Threads: any.
class CommitmentDesk : public std::enable_shared_from_this<CommitmentDesk> {
    struct Expected;

public:
    // One transaction that a report is expected for, as long as this lives. Its executor's thread.
    class Expectation {
    public:
        Expectation(const Expectation&) = delete;
        Expectation& operator=(const Expectation&) = delete;
        ~Expectation();
        // Nothing: none came in time, or give_up() was called. Once.
        boost::asio::awaitable<std::optional<dicom::CommitmentReport>> wait(
            std::chrono::milliseconds patience);
        void give_up();

    private:
        friend class CommitmentDesk;
        Expectation(std::shared_ptr<CommitmentDesk> desk, std::string transaction,
                    std::shared_ptr<Expected> expected);
        std::shared_ptr<CommitmentDesk> desk_;
        std::string transaction_;
        std::shared_ptr<Expected> expected_;
    };

    // `transaction`: a UID that nobody can guess.
    std::unique_ptr<Expectation> expect(std::string transaction,
                                        const boost::asio::any_io_executor& executor);
    // The DIMSE status for who reports: success, or invalid_argument when nobody expects it (any more).
    std::uint16_t report(dicom::CommitmentReport report);

private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Expected>> expected_;  // by transaction
};

}  // namespace edgeward::transport
