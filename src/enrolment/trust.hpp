#pragma once

#include <string>
#include <vector>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/certificate.hpp>
#include <edgeward/enrolment/enrolment_settings.hpp>

namespace edgeward::enrolment {

// A manufacturer and who vouches for its devices.
struct TrustedManufacturer {
    Manufacturer rule;
    std::string anchors;  // PEM
};

// What the settings name, read and found usable.
struct Trust {
    crypto::CertifiedKey authority;  // its certificate first, those above it behind
    std::vector<TrustedManufacturer> manufacturers;
    std::string further_lists;  // PEM; may be empty
};

// misconfigured: a credential is missing, certificate and key of the authority do not fit or may not sign.
Result<Trust> load_trust(const EnrolmentSettings& settings, const config::Credentials& credentials,
                         Instant now);

// Whose device shows that certificate (PEM, with what it sent beside); nothing for a stranger.
const TrustedManufacturer* manufacturer_of(const Trust& trust, const std::string& shown, Instant now);

}  // namespace edgeward::enrolment
