#include <edgeward/enrolment/enrolment_service.hpp>

#include <algorithm>
#include <utility>

#include <edgeward/core/log.hpp>
#include <edgeward/enrolment/est.hpp>

#include "revocation_list.hpp"
#include "trust.hpp"

namespace edgeward::enrolment {
namespace {

using std::chrono::hours;

constexpr std::size_t token_octets = 32;
constexpr std::chrono::minutes shortest_token{1};
constexpr hours longest_token{24 * 90};
constexpr hours repeat_after{1};   // of an answer that may have been lost
constexpr hours patience{24 * 7};  // with a request that is not heard of, and with an ended token

tl::unexpected<Error> denied(std::string message) {
    return failure(ErrorKind::denied, std::move(message));
}

}  // namespace

Result<std::unique_ptr<EnrolmentService>> EnrolmentService::open(const EnrolmentSettings& settings,
                                                                 const EnrolmentParts& parts) {
    auto trust = load_trust(settings, parts.credentials, parts.clock.now());
    if (!trust) return failure(std::move(trust.error()));
    std::unique_ptr<EnrolmentService> service(
        new EnrolmentService(settings, parts, std::make_unique<const Trust>(*std::move(trust))));
    auto published = service->list_->look_back(parts.clock.now(), [&](const std::string& id) {
        return service->tell(audit::Action::device_revoked, "gateway", id, "listed as revoked");
    });
    if (published) published = service->list_->publish(parts.clock.now());
    if (!published) return failure(std::move(published.error()).during("enrolment.crl_file"));
    return service;
}

EnrolmentService::EnrolmentService(EnrolmentSettings settings, const EnrolmentParts& parts,
                                   std::unique_ptr<const Trust> trust)
    : settings_(std::move(settings)),
      parts_(parts),
      trust_(std::move(trust)),
      list_(std::make_unique<RevocationList>(settings_.crl_file, trust_->further_lists, trust_->authority,
                                             parts_.book)),
      issued_(parts.metrics.counter("edgeward_device_certificates_issued_total",
                                    "Certificates that devices got from the gateway.")),
      refused_(parts.metrics.counter("edgeward_enrolments_refused_total",
                                     "Requests of devices for a certificate that were refused.")),
      waiting_(parts.metrics.gauge("edgeward_enrolments_waiting",
                                   "Requests of devices that wait for a person's yes.")) {}

EnrolmentService::~EnrolmentService() = default;

const std::string& EnrolmentService::authorities() const noexcept {
    return trust_->authority.certificate;
}

Result<Answer> EnrolmentService::enrol(const Asking& asking) {
    const std::lock_guard lock(mutex_);
    return counted(decide(asking));
}

Result<Answer> EnrolmentService::renew(const Asking& asking) {
    const std::lock_guard lock(mutex_);
    return counted(decide_renewal(asking));
}

Result<Answer> EnrolmentService::counted(Result<Answer> answer) {
    const auto kind = answer ? ErrorKind::unavailable : answer.error().kind;
    if (kind == ErrorKind::denied || kind == ErrorKind::invalid_input || kind == ErrorKind::exhausted) {
        ++refusals_[answer.error().message];
        refused_.add();
    }
    return answer;
}

Result<Answer> EnrolmentService::decide(const Asking& asking) {
    const auto request = read_enrolment(asking.body);
    if (!request) return failure(request.error());
    if (auto before = granted_before(*request); !before || *before) {
        if (!before) return failure(std::move(before.error()));
        return **std::move(before);
    }
    if (!asking.authorization.empty()) {
        const auto token = basic_password(asking.authorization);
        return token ? by_token(*token, *request) : denied("the credentials are no token");
    }
    const auto* maker = manufacturer_of(*trust_, asking.peer_certificate, parts_.clock.now());
    if (maker != nullptr) return by_manufacturer(*maker, asking.peer_certificate, *request);
    DeviceEntry entry;
    entry.id = request->common_name;
    return by_person(std::move(entry), "approval", *request);
}

Result<Answer> EnrolmentService::decide_renewal(const Asking& asking) {
    const auto request = read_enrolment(asking.body);
    if (!request) return failure(request.error());
    if (asking.peer_certificate.empty()) return denied("a renewal needs the certificate it renews");
    const auto shown = crypto::facts_of(asking.peer_certificate);
    if (!shown) return failure(shown.error());
    // What is in the book was issued here, octet by octet; TLS has proven who owns its key.
    const auto held = parts_.book.certificate(shown->fingerprint);
    if (!held) return failure(held.error());
    if (!*held) return denied("the certificate was not issued here");
    if ((**held).revoked) return denied("the certificate is revoked");
    const auto device = parts_.book.device((**held).device);
    if (!device) return failure(device.error());
    if (!*device || (**device).revoked) return denied("the device is revoked");
    if (parts_.clock.now() > (**held).not_after + settings_.renewal_window)
        return denied("the certificate ended too long ago");
    if (request->common_name != (**held).device)
        return failure(ErrorKind::invalid_input, "a renewal keeps the subject of the certificate");
    return issue({(**device).entry, "renewal", (**device).origin}, *request);
}

Result<std::optional<Granted>> EnrolmentService::granted_before(const crypto::CertificationRequest& request) {
    const auto held = parts_.book.certificate_for(crypto::sha256(request.public_key));
    if (!held) return failure(held.error());
    if (!*held || (**held).revoked || parts_.clock.now() > (**held).not_before + repeat_after)
        return std::nullopt;
    return Granted{(**held).pem};
}

Result<Answer> EnrolmentService::by_token(std::string_view token,
                                          const crypto::CertificationRequest& request) {
    const auto found = parts_.book.token(crypto::sha256(bytes_of(token)));
    if (!found) return failure(found.error());
    if (!*found) return denied("the token is not known");
    const Token& known = **found;
    if (known.used) return denied("the token was used before");
    if (parts_.clock.now() >= known.expires) return denied("the token has expired");
    DeviceEntry entry = known.entry;
    if (entry.id.empty()) {
        entry.id = request.common_name;
        if (auto fine = check_name(entry.id); !fine) return failure(std::move(fine.error()));
        const auto taken = is_known(entry.id);
        if (!taken) return failure(taken.error());
        if (*taken) return denied("a device of this name is known");
    } else if (!request.common_name.empty() && request.common_name != entry.id) {
        return failure(ErrorKind::invalid_input, "the request names another device than the token");
    }
    if (auto fine = check_kind(entry); !fine) return failure(std::move(fine.error()));
    return issue({std::move(entry), "token", "token", {known.number, {}}}, request);
}

Result<Answer> EnrolmentService::by_manufacturer(const TrustedManufacturer& trusted, const std::string& peer,
                                                 const crypto::CertificationRequest& request) {
    const auto facts = crypto::facts_of(peer);
    if (!facts) return failure(facts.error());
    if (facts->device_number.empty()) return denied("the manufacturer's certificate has no serialNumber");
    DeviceEntry entry;
    entry.id = trusted.rule.id_prefix + facts->device_number;
    entry.kind = trusted.rule.kind;
    entry.serial = facts->device_number;
    if (auto fine = check_name(entry.id); !fine) return failure(std::move(fine.error()));
    if (!request.common_name.empty() && request.common_name != entry.id)
        return failure(ErrorKind::invalid_input, "the request names another device than its certificate");
    const std::string origin = "manufacturer " + trusted.rule.name;
    if (!trusted.rule.approved) return by_person(std::move(entry), origin, request);
    if (auto fine = check_kind(entry); !fine) return failure(std::move(fine.error()));
    const auto known = parts_.book.device(entry.id);
    if (!known) return failure(known.error());
    if (*known && (**known).revoked) return denied("the device is revoked");
    // One that was set back to how it left the factory comes again; nobody else gets its name.
    if (*known ? (**known).origin != origin : parts_.is_configured(entry.id))
        return denied("a device of this name is known");
    if (*known) entry = (**known).entry;
    return issue({std::move(entry), origin, origin}, request);
}

Result<Answer> EnrolmentService::by_person(DeviceEntry entry, std::string origin,
                                           const crypto::CertificationRequest& request) {
    const auto key = crypto::sha256(request.public_key);
    auto found = parts_.book.request_of(key);
    if (!found) return failure(std::move(found.error()));
    if (!*found) {
        EnrolmentRequest fresh;
        fresh.entry = std::move(entry);
        fresh.key = key;
        fresh.origin = std::move(origin);
        return wait(std::move(fresh));
    }
    EnrolmentRequest& known = **found;
    if (known.state == RequestState::rejected) return denied("a person has rejected the request");
    if (known.state == RequestState::approved) {
        if (auto fine = check_kind(known.entry); !fine) return failure(std::move(fine.error()));
        return issue({std::move(known.entry), "approval", std::move(known.origin), {{}, known.number}},
                     request);
    }
    if (auto seen = parts_.book.touch(known.number, parts_.clock.now()); !seen)
        return failure(std::move(seen.error()));
    return Waiting{std::chrono::duration_cast<std::chrono::seconds>(settings_.retry_after)};
}

Result<Answer> EnrolmentService::wait(EnrolmentRequest request) {
    if (!settings_.queue) return denied("neither a token nor a manufacturer's certificate that is known");
    if (auto fine = check_name(request.entry.id); !fine) return failure(std::move(fine.error()));
    const auto others = parts_.book.requests();
    if (!others) return failure(others.error());
    if (others->size() >= settings_.queue_limit)
        return failure(ErrorKind::exhausted, "too many devices wait for approval");
    if (auto told = tell(audit::Action::device_requested, "device:" + request.entry.id, request.entry.id,
                         request.origin, request.key);
        !told) {
        return failure(std::move(told.error()));
    }
    request.first = parts_.clock.now();
    const auto number = parts_.book.wait(request);
    if (!number) return failure(number.error());
    waiting_.set(static_cast<double>(others->size() + 1));
    log::info("a device waits for approval", {{"request", *number}});
    return Waiting{std::chrono::duration_cast<std::chrono::seconds>(settings_.retry_after)};
}

Result<Answer> EnrolmentService::issue(const Right& right, const crypto::CertificationRequest& request) {
    const Instant now = parts_.clock.now();
    auto pem = crypto::certify_client(trust_->authority, right.entry.id, request.public_key, now,
                                      std::chrono::duration_cast<hours>(settings_.lifetime));
    if (!pem) return failure(ErrorKind::unavailable, std::move(pem.error().message));
    const auto facts = crypto::facts_of(*pem);
    if (!facts) return failure(facts.error());
    IssuedCertificate issued{right.entry.id,
                             *pem,
                             facts->serial,
                             facts->fingerprint,
                             crypto::sha256(request.public_key),
                             facts->not_before,
                             facts->not_after,
                             right.name,
                             {}};
    if (auto told = tell(audit::Action::device_enrolled, "device:" + right.entry.id, right.entry.id,
                         right.name, facts->fingerprint);
        !told) {
        return failure(std::move(told.error()));
    }
    if (auto kept = parts_.book.record({right.entry, false, right.origin, now}, issued, right.consumed);
        !kept)
        return failure(std::move(kept.error()));
    issued_.add();
    parts_.changed();
    return Granted{*std::move(pem)};
}

Result<void> EnrolmentService::check_name(const std::string& id) const {
    if (!device::is_device_id(id)) {
        return failure(ErrorKind::invalid_input,
                       "expected a common name of 1 to 64 letters, digits and the signs _ . -");
    }
    const auto& reserved = settings_.reserved;
    if (std::find(reserved.begin(), reserved.end(), id) == reserved.end()) return {};
    return denied("no device may have this name");
}

Result<void> EnrolmentService::check_kind(const DeviceEntry& entry) const {
    const bool described = entry.kind.empty() ? parts_.is_configured(entry.id) : parts_.is_kind(entry.kind);
    if (described) return {};
    return failure(ErrorKind::invalid_input, "expected the name of a [[device_class]]");
}

Result<void> EnrolmentService::check_entry(const DeviceEntry& entry) const {
    return check_name(entry.id).and_then([&] { return check_kind(entry); });
}

Result<bool> EnrolmentService::is_known(const std::string& id) const {
    if (parts_.is_configured(id)) return true;
    return parts_.book.device(id).map([](const auto& known) { return known.has_value(); });
}

Result<void> EnrolmentService::tell(audit::Action action, std::string actor, std::string object,
                                    std::string rule, const crypto::Digest& details,
                                    std::uint64_t count) const {
    audit::Event event;
    event.actor = std::move(actor);
    event.action = action;
    event.object = std::move(object);
    event.rule = std::move(rule);
    event.details = details;
    event.count = count;
    if (action == audit::Action::enrolment_refused) event.outcome = audit::Outcome::denied;
    return parts_.audit(std::move(event));
}

Result<NewToken> EnrolmentService::make_token(const DeviceEntry& entry, std::chrono::milliseconds valid,
                                              const std::string& actor) {
    const std::lock_guard lock(mutex_);
    if (!entry.id.empty()) {
        if (auto fine = check_name(entry.id); !fine) return failure(std::move(fine.error()));
    }
    if (auto fine = check_kind(entry); !fine) return failure(std::move(fine.error()));
    if (valid < shortest_token || valid > longest_token)
        return failure(ErrorKind::invalid_input, "expected a token to be valid from 1 minute to 90 days");
    Bytes octets(token_octets);
    parts_.random.fill(octets);
    NewToken made{to_base64url(octets), parts_.clock.now() + valid};
    if (auto told = tell(audit::Action::device_token_made, actor,
                         entry.id.empty() ? "class " + entry.kind : "device " + entry.id, {});
        !told) {
        return failure(std::move(told.error()));
    }
    auto kept = parts_.book.add_token(crypto::sha256(bytes_of(made.token)), {0, entry, made.expires, {}});
    if (!kept) return failure(std::move(kept.error()));
    return made;
}

Result<void> EnrolmentService::approve(std::uint64_t number, DeviceEntry entry, bool again,
                                       const std::string& actor) {
    const std::lock_guard lock(mutex_);
    const auto found = parts_.book.request(number);
    if (!found) return failure(found.error());
    if (!*found || (**found).state != RequestState::waiting)
        return failure(ErrorKind::invalid_input, "no such request waits");
    const DeviceEntry& asked = (**found).entry;
    if (entry.id.empty()) entry.id = asked.id;
    if (entry.kind.empty()) entry.kind = asked.kind;
    if (entry.serial.empty()) entry.serial = asked.serial;
    if (auto fine = check_entry(entry); !fine) return fine;
    const auto known = is_known(entry.id);
    if (!known) return failure(known.error());
    if (*known && !again) return failure(ErrorKind::rejected, "a device of this name is known");
    if (auto told =
            tell(audit::Action::device_approved, actor,
                 "request " + std::to_string(number) + " device " + entry.id, entry.kind, (**found).key);
        !told) {
        return told;
    }
    return parts_.book.decide(number, RequestState::approved, entry);
}

Result<void> EnrolmentService::reject(std::uint64_t number, const std::string& actor) {
    const std::lock_guard lock(mutex_);
    const auto found = parts_.book.request(number);
    if (!found) return failure(found.error());
    if (!*found || (**found).state != RequestState::waiting)
        return failure(ErrorKind::invalid_input, "no such request waits");
    auto told =
        tell(audit::Action::device_rejected, actor, "request " + std::to_string(number), {}, (**found).key);
    if (!told) return told;
    return parts_.book.decide(number, RequestState::rejected, (**found).entry);
}

Result<std::uint64_t> EnrolmentService::revoke(const std::string& id, std::string_view reason,
                                               const std::string& actor) {
    const std::lock_guard lock(mutex_);
    if (auto fine = expect_one_of(revocation_reasons, reason, "reason"); !fine)
        return failure(std::move(fine.error()));
    const auto known = is_known(id);
    if (!known) return failure(known.error());
    if (!*known) return failure(ErrorKind::invalid_input, "no such device");
    const auto held = parts_.book.certificates_of(id);
    if (!held) return failure(held.error());
    const auto count = static_cast<std::uint64_t>(
        std::count_if(held->begin(), held->end(), [](const auto& each) { return !each.revoked; }));
    auto told = tell(audit::Action::device_revoked, actor, id, std::string(reason), {}, count);
    if (!told) return failure(std::move(told.error()));
    list_->expect();
    if (auto done = parts_.book.revoke(id, parts_.clock.now()); !done)
        return failure(std::move(done.error()));
    parts_.changed();
    const auto withdrawn = parts_.withdraw_account(id);
    if (auto published = list_->publish(parts_.clock.now()); !published) {
        log::error("the list of the revoked cannot be written", {{"reason", published.error().message}});
        return failure(ErrorKind::ambiguous,
                       "revoked, but the broker's list cannot be written yet: " + published.error().message);
    }
    if (withdrawn) return count;
    return failure(ErrorKind::ambiguous,
                   "revoked, but the broker may still have its account: " + withdrawn.error().message);
}

void EnrolmentService::tell_refusals() {
    while (!refusals_.empty()) {
        const auto& [why, count] = *refusals_.begin();
        if (!tell(audit::Action::enrolment_refused, "gateway", "enrolment", why, {}, count)) return;
        refusals_.erase(refusals_.begin());
    }
}

void EnrolmentService::maintain() {
    const std::lock_guard lock(mutex_);
    const Instant now = parts_.clock.now();
    tell_refusals();
    if (auto fresh = list_->keep_fresh(now); !fresh)
        log::error("the list of the revoked cannot be written", {{"reason", fresh.error().message}});
    if (auto gone = parts_.book.forget_before(now - patience, now - patience); !gone)
        log::warning("devices.db cannot be tidied", {{"reason", gone.error().message}});
    if (const auto waiting = parts_.book.requests())
        waiting_.set(
            static_cast<double>(std::count_if(waiting->begin(), waiting->end(), [](const auto& each) {
                return each.state == RequestState::waiting;
            })));
}

}  // namespace edgeward::enrolment
