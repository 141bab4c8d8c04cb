#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/tls.hpp>

namespace edgeward::transport {

struct WitnessEndpoint {
    std::string url;  // submission prefix, https://host[:port][/path]
    net::TlsSettings tls = net::own_tls();
    std::chrono::milliseconds patience{10000};  // connecting and answer each
};

struct WitnessAnswer {
    unsigned status = 0;
    std::string body;
};

// Posts to <url>/add-checkpoint (c2sp.org/tlog-witness). Destroy it only after every ask has ended.
class WitnessLink {
public:
    WitnessLink() = default;
    WitnessLink(const WitnessLink&) = delete;
    WitnessLink& operator=(const WitnessLink&) = delete;
    virtual ~WitnessLink() = default;
    // unavailable or ambiguous: no whole answer. To ask the same again harms nothing.
    virtual boost::asio::awaitable<Result<WitnessAnswer>> ask(std::string request) = 0;
    virtual void close() = 0;
};

// misconfigured: no https URL, credentials missing or unreadable.
Result<std::unique_ptr<WitnessLink>> open_witness_link(const WitnessEndpoint& endpoint,
                                                       const config::Credentials& credentials);

}  // namespace edgeward::transport
