#include "trust.hpp"

#include <algorithm>

#include <edgeward/crypto/device_certificate.hpp>

#include "revocation_list.hpp"

namespace edgeward::enrolment {
namespace {

Result<std::string> read_text(const config::Credentials& credentials, const std::string& name) {
    return credentials.read(name).map([](const Secret& pem) { return std::string(text_of(pem.reveal())); });
}

}  // namespace

Result<Trust> load_trust(const EnrolmentSettings& settings, const config::Credentials& credentials,
                         Instant now) {
    auto certificate = read_text(credentials, settings.authority);
    if (!certificate) return failure(std::move(certificate.error()));
    auto key = credentials.read(settings.authority_key);
    if (!key) return failure(std::move(key.error()));
    Trust trust{{*std::move(certificate), *std::move(key)}, {}, {}};
    // What is signed every day must work now: certificate and key fit, and may sign lists.
    if (const auto list = crypto::make_revocation_list(trust.authority, {}, now, list_lifetime); !list) {
        return failure(ErrorKind::misconfigured, "credentials \"" + settings.authority + "\" and \"" +
                                                     settings.authority_key + "\": " + list.error().message);
    }
    for (const auto& rule : settings.manufacturers) {
        auto anchors = read_text(credentials, rule.ca);
        if (!anchors) return failure(std::move(anchors.error()));
        trust.manufacturers.push_back({rule, *std::move(anchors)});
    }
    if (settings.further_crls.empty()) return trust;
    auto lists = read_text(credentials, settings.further_crls);
    if (!lists) return failure(std::move(lists.error()));
    trust.further_lists = *std::move(lists);
    return trust;
}

const TrustedManufacturer* manufacturer_of(const Trust& trust, const std::string& shown, Instant now) {
    if (shown.empty()) return nullptr;
    const auto found = std::find_if(
        trust.manufacturers.begin(), trust.manufacturers.end(), [&](const TrustedManufacturer& each) {
            return crypto::verify_client(shown, each.anchors, now, each.rule.allow_rsa_2048).has_value();
        });
    return found == trust.manufacturers.end() ? nullptr : &*found;
}

}  // namespace edgeward::enrolment
