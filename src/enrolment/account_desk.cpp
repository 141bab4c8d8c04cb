#include <edgeward/enrolment/account_desk.hpp>

#include <algorithm>
#include <utility>

#include <edgeward/core/bytes.hpp>

namespace edgeward::enrolment {
namespace {

constexpr std::size_t password_octets = 24;  // 192 bits in 32 characters, which old devices still take
constexpr std::chrono::minutes between_looks{5};

bool is_in_force(const IssuedCertificate& issued, Instant now) {
    return !issued.revoked && now <= issued.not_after;
}

std::set<std::string> ours_of(const std::vector<BrokerAccount>& accounts) {
    std::set<std::string> ours;
    for (const auto& account : accounts) {
        if (account.ours) ours.insert(account.name);
    }
    return ours;
}

}  // namespace

AccountDesk::AccountDesk(Parts parts)
    : parts_(std::move(parts)),
      accounts_(parts_.metrics.gauge("edgeward_device_accounts",
                                     "Devices with an account at the broker instead of a certificate.")),
      missing_(parts_.metrics.gauge("edgeward_device_accounts_missing",
                                    "Devices whose account the broker does not have.")),
      unsettled_(parts_.metrics.gauge(
          "edgeward_device_accounts_unsettled",
          "1 while it is not known that the broker has no other accounts of devices than it should.")) {
    unsettled_.set(1);
    if (auto known = parts_.book.accounts()) at_broker_ = *std::move(known);
}

Result<DeviceEntry> AccountDesk::entry_for(const DeviceEntry& said) {
    if (said.kind.empty()) {
        const auto known = parts_.book.device(said.id);
        if (!known) return failure(known.error());
        if (*known && !(**known).entry.kind.empty()) return (**known).entry;
    }
    return said;
}

// Somebody else's account is not ours to replace, and a certificate is better than any password.
Result<void> AccountDesk::check_free(const std::string& device) {
    const auto held = parts_.book.certificates_of(device);
    if (!held) return failure(held.error());
    const Instant now = parts_.clock.now();
    if (std::any_of(held->begin(), held->end(), [&](const auto& each) { return is_in_force(each, now); }))
        return failure(ErrorKind::rejected, "the device has a certificate; revoke it first");
    const auto all = parts_.broker.list();
    if (!all) return failure(all.error());
    at_broker_ = ours_of(*all);
    if (std::find(all->begin(), all->end(), BrokerAccount{device, false}) == all->end()) return {};
    return failure(ErrorKind::rejected, "the broker has an account of this name that is not the gateway's");
}

Result<NewAccount> AccountDesk::make(const DeviceEntry& said, const std::string& actor) {
    const std::lock_guard lock(mutex_);
    const auto entry = entry_for(said);
    if (!entry) return failure(entry.error());
    if (auto fine = parts_.check(*entry); !fine) return failure(std::move(fine.error()));
    if (auto free = check_free(entry->id); !free) return failure(std::move(free.error()));
    Bytes octets(password_octets);
    parts_.random.fill(octets);
    NewAccount made{entry->id, to_base64url(octets)};
    if (auto told = tell(audit::Action::device_password_made, actor, entry->id); !told)
        return failure(std::move(told.error()));
    if (auto kept = parts_.book.keep_account({*entry, false, "password", parts_.clock.now()}); !kept)
        return failure(std::move(kept.error()));
    if (auto created = parts_.broker.create(entry->id, made.password); !created) {
        // What the broker has now is not known, and nobody will hear of this password.
        due_ = {};
        if (auto dropped = parts_.book.drop_account(entry->id); !dropped)
            return failure(std::move(dropped.error()));
        return failure(std::move(created.error()));
    }
    at_broker_.insert(entry->id);
    parts_.changed();
    return made;
}

Result<void> AccountDesk::withdraw(const std::string& device) {
    const std::lock_guard lock(mutex_);
    if (!at_broker_.contains(device)) return {};
    auto removed = parts_.broker.remove(device);
    if (removed)
        at_broker_.erase(device);
    else
        unsettled_.set(1);  // and at_broker_ goes on having it: maintain() sees the difference
    return removed;
}

void AccountDesk::maintain() {
    const std::lock_guard lock(mutex_);
    const auto settled = settle();
    unsettled_.set(settled ? 0 : 1);
    if (settled) {
        trouble_.clear("accounts", "the accounts of devices at the broker are as they should be again");
        return;
    }
    due_ = {};
    trouble_.raise("accounts", "the accounts of devices at the broker cannot be looked after",
                   {{"reason", settled.error().message}});
}

Result<void> AccountDesk::settle() {
    const auto wanted = parts_.book.accounts();
    if (!wanted) return failure(wanted.error());
    accounts_.set(static_cast<double>(wanted->size()));
    const Instant now = parts_.clock.now();
    if (*wanted == at_broker_ && now < due_) return {};
    const auto all = parts_.broker.list();
    if (!all) return failure(all.error());
    at_broker_ = ours_of(*all);
    for (const auto& device : ours_of(*all)) {
        if (wanted->contains(device)) continue;
        if (auto told = tell(audit::Action::device_password_ended, "gateway", device); !told) return told;
        if (auto removed = parts_.broker.remove(device); !removed) return removed;
        at_broker_.erase(device);
    }
    missing_.set(static_cast<double>(wanted->size() - at_broker_.size()));
    due_ = now + between_looks;
    return {};
}

Result<void> AccountDesk::tell(audit::Action action, std::string actor, const std::string& device) const {
    audit::Event event;
    event.actor = std::move(actor);
    event.action = action;
    event.object = device;
    return parts_.audit(std::move(event));
}

}  // namespace edgeward::enrolment
