#include "session_gate.hpp"

#include <boost/asio/ip/address.hpp>

#include <edgeward/crypto/digest.hpp>

namespace edgeward::app {
namespace {

using Refused = tl::unexpected<admin::HttpResponse>;

// Ten attempts to sign in at once and ten a minute, from one address.
constexpr access::Rate sign_in_rate{10, 10};

admin::HttpResponse refusal(unsigned status, ErrorKind kind, const char* message) {
    auto made = admin::error_response({kind, message});
    made.status = status;
    return made;
}

// One customer of an IPv6 network has a /64 at least.
std::string network_of(const std::string& address) {
    boost::system::error_code error;
    const auto parsed = boost::asio::ip::make_address(address, error);
    if (error || !parsed.is_v6()) return address;
    const auto octets = parsed.to_v6().to_bytes();
    return {octets.begin(), octets.begin() + 8};
}

SessionGate::OrRefusal<void> expect_json(const admin::HttpRequest& request) {
    if (request.body.empty() || request.content_type == "application/json") return {};
    return Refused(refusal(415, ErrorKind::invalid_input, "the content type must be application/json"));
}

}  // namespace

access::SessionLimits session_limits(const admin::AdminSettings& settings) {
    access::SessionLimits limits;
    limits.idle = settings.session_idle;
    limits.longest = settings.session_longest;
    return limits;
}

admin::HttpResponse no_session() {
    auto made = refusal(401, ErrorKind::denied, "there is no session, or it has ended; sign in");
    made.ends_session = true;
    return made;
}

admin::HttpResponse too_soon(std::chrono::seconds wait) {
    auto made = refusal(429, ErrorKind::exhausted, "too many requests; wait as Retry-After says");
    made.retry_after = static_cast<std::uint32_t>(wait.count());
    return made;
}

SessionGate::SessionGate(const admin::AdminSettings& settings, access::AccountBook& accounts,
                         access::SessionBook& sessions, const Clock& clock)
    : accounts_(accounts),
      sessions_(sessions),
      clock_(clock),
      by_address_({static_cast<double>(settings.requests_per_minute),
                   static_cast<double>(settings.requests_per_minute)}),
      by_session_({static_cast<double>(settings.requests_per_minute),
                   static_cast<double>(settings.requests_per_minute)}),
      sign_ins_(sign_in_rate) {}

SessionGate::OrRefusal<void> SessionGate::within(access::RateLimit& limit, const std::string& name) {
    if (const auto wait = limit.take(name, clock_.monotonic())) return Refused(too_soon(*wait));
    return {};
}

SessionGate::OrRefusal<void> SessionGate::stranger(const admin::HttpRequest& request) {
    return within(by_address_, network_of(request.address))
        .and_then([&] { return within(sign_ins_, network_of(request.address)); })
        .and_then([&] { return expect_json(request); });
}

SessionGate::OrRefusal<SessionGate::Asking> SessionGate::any_session(const admin::HttpRequest& request) {
    if (auto fine = within(by_address_, network_of(request.address)); !fine) return Refused(fine.error());
    if (request.session_token.empty()) return Refused(no_session());
    auto session = sessions_.find(request.session_token, clock_.monotonic());
    if (!session) return Refused(no_session());
    if (auto fine = within(by_session_, request.session_token); !fine) return Refused(fine.error());
    auto account = accounts_.find(session->name);
    if (!account) return Refused(admin::error_response(account.error()));
    if (!*account || (*account)->state == access::AccountState::disabled) return Refused(no_session());
    if (request.method != "GET") {
        if (!crypto::equal_in_constant_time(bytes_of(request.csrf), bytes_of(session->csrf)))
            return Refused(refusal(403, ErrorKind::denied,
                                   "a change needs the header field Edgeward-CSRF with the session's csrf"));
        if (auto fine = expect_json(request); !fine) return Refused(fine.error());
    }
    return Asking{*std::move(session), **std::move(account)};
}

SessionGate::OrRefusal<SessionGate::Asking> SessionGate::whole_session(const admin::HttpRequest& request) {
    auto asking = any_session(request);
    if (asking && !asking->session.complete)
        return Refused(
            refusal(401, ErrorKind::denied, "the second factor is missing: POST /v1/session/second-factor"));
    return asking;
}

SessionGate::OrRefusal<admin::SignedIn> SessionGate::signed_in(const admin::HttpRequest& request) {
    auto asking = whole_session(request);
    if (!asking) return Refused(std::move(asking.error()));
    return admin::SignedIn{asking->account.number, std::move(asking->account.name),
                           std::move(asking->account.roles), std::move(asking->account.ward),
                           asking->session.second_factor_age.count()};
}

}  // namespace edgeward::app
