#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/enrolment/broker_accounts.hpp>

namespace edgeward::enrolment {

// A broker that can be away, or do what it is told and not say so.
class FakeBroker final : public BrokerAccounts {
public:
    Result<void> create(const std::string& device, const std::string& password) override {
        if (away) return failure(ErrorKind::unavailable, "not connected to the broker");
        accounts[device] = {{device, true}, password};
        if (silent) return failure(ErrorKind::ambiguous, "no answer");
        return {};
    }
    Result<void> remove(const std::string& device) override {
        if (away) return failure(ErrorKind::unavailable, "not connected to the broker");
        accounts.erase(device);
        return {};
    }
    Result<std::vector<BrokerAccount>> list() override {
        ++listed;
        if (away) return failure(ErrorKind::unavailable, "not connected to the broker");
        std::vector<BrokerAccount> all;
        for (const auto& [name, account] : accounts)
            all.push_back(account.first);
        return all;
    }

    std::map<std::string, std::pair<BrokerAccount, std::string>> accounts;
    bool away = false;
    bool silent = false;
    int listed = 0;
};

}  // namespace edgeward::enrolment
