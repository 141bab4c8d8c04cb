#pragma once

#include <atomic>
#include <string>

#include <edgeward/transport/witness_link.hpp>

#include "house.hpp"

namespace edgeward::anchoring {

// Asks a desk in the same process.
class DeskLink : public transport::WitnessLink {
public:
    DeskLink(Bench& bench, const std::atomic<bool>& away) : bench_(bench), away_(away) {}
    boost::asio::awaitable<Result<transport::WitnessAnswer>> ask(std::string request) override {
        if (away_) co_return failure(ErrorKind::unavailable, "connect: refused");
        const auto reply = bench_.desk->add_checkpoint(request);
        transport::WitnessAnswer answer;
        answer.status = reply.status;
        answer.body = reply.body;
        co_return answer;
    }
    void close() override {}

private:
    Bench& bench_;
    const std::atomic<bool>& away_;
};

}  // namespace edgeward::anchoring
