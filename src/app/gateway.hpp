#pragma once

#include <memory>
#include <string>
#include <vector>

#include <edgeward/admin/health.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

#include "configuration.hpp"

namespace edgeward::app {

// The running gateway. Its members are the picture in docs/architecture.md, top to bottom.
//
// Start: key ring ▸ encryption proof ▸ vault ▸ store ▸ delivery ▸ pipeline ▸ source ▸ admin.
// Stop:  source ▸ pipeline drained and committed ▸ deliveries settled or left for the next start ▸ store
// closed.
class Gateway {
public:
    // Opens everything; nothing runs yet. misconfigured, corrupt: do not start.
    static Result<std::unique_ptr<Gateway>> open(LoadedConfiguration loaded, std::filesystem::path file);
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;
    ~Gateway();

    Result<void> start();
    void stop();
    // Reads the configuration file again and takes over destinations, devices, mappings and log level. All or
    // nothing: with a mistake, or a setting that needs a restart, the running configuration stays.
    Result<void> reload();
    // Regular duties: quarantine that has expired. Call every minute.
    void maintain();

    [[nodiscard]] std::vector<admin::PartHealth> health() const;

private:
    struct Parts;
    explicit Gateway(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace edgeward::app
