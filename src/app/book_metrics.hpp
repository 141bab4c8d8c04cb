#pragma once

#include <filesystem>
#include <mutex>
#include <string>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/store/books.hpp>
#include <edgeward/store/store_reader.hpp>

#include "configuration.hpp"

namespace edgeward::app {

// The credentials of our own certificates that can be read, and how many seconds each is still valid.
std::vector<std::pair<std::string, double>> certificates_left(const Configuration& configuration,
                                                              const config::Credentials& credentials);

// The books, the audit chain, the disk and the certificates as metrics. The counters are those of the store:
// they go on counting after a restart.
class BookMetrics {
public:
    BookMetrics(metrics::Registry& metrics, store::StoreReader& reader, std::filesystem::path folder);
    // How long each certificate is still valid. Any thread.
    void refresh_certificates(const Configuration& configuration, const config::Credentials& credentials);

private:
    void collect();
    void collect_inbound(const store::InboundBook& book);
    void collect_device(const std::string& name, const store::InboundBook& book);
    void collect_destination(const std::string& name, const store::DestinationBook& book);
    // Raises a counter to the stored total.
    void raise(std::string_view name, std::string_view help, const metrics::Labels& labels,
               std::uint64_t total);

    metrics::Registry& metrics_;
    store::StoreReader& reader_;
    std::filesystem::path folder_;
    std::mutex mutex_;  // one collection at a time
};

}  // namespace edgeward::app
