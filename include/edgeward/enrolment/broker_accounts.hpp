#pragma once

#include <memory>
#include <string>
#include <vector>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/transport/mqtt_link.hpp>

namespace edgeward::enrolment {

struct BrokerAccount {
    std::string name;
    bool ours = false;  // made for the device of that name

    bool operator==(const BrokerAccount&) const = default;
};

// The accounts that devices have at the broker, by mosquitto's dynamic security plugin. Threads: any; one
// order after the other.
//
// Every order waits for the plugin's own answer. Errors: unavailable (nothing was ordered), ambiguous (no
// answer: it may be done), rejected (the plugin says no), misconfigured (the broker's access list keeps us
// out).
class BrokerAccounts {
public:
    BrokerAccounts() = default;
    BrokerAccounts(const BrokerAccounts&) = delete;
    BrokerAccounts& operator=(const BrokerAccounts&) = delete;
    virtual ~BrokerAccounts() = default;

    // In place of the one the device has: its connections are cut.
    virtual Result<void> create(const std::string& device, const std::string& password) = 0;
    // Its connections are cut. One that is not there is no error.
    virtual Result<void> remove(const std::string& device) = 0;
    virtual Result<std::vector<BrokerAccount>> list() = 0;
};

// Keeps a connection of its own to the broker, on a thread of its own (ew-accounts). `broker`: where, TLS and
// client id, which no other client of the broker has. misconfigured: credentials. `random` outlives it.
Result<std::unique_ptr<BrokerAccounts>> open_broker_accounts(transport::MqttLinkSettings broker,
                                                             const config::Credentials& credentials,
                                                             Random& random);

}  // namespace edgeward::enrolment
