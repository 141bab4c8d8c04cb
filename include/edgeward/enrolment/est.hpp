#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/crypto/device_certificate.hpp>

// How EST carries what it carries (RFC 7030, as RFC 8951 corrects it). Pure. Threads: any.
namespace edgeward::enrolment {

inline constexpr std::string_view request_type = "application/pkcs10";
inline constexpr std::string_view certificates_type = "application/pkcs7-mime; smime-type=certs-only";

// The body of simpleenroll and simplereenroll: base64 (RFC 4648 §4) of a certification request, with white
// space anywhere in it (RFC 8951 §3.1). invalid_input: not that, or as read_certification_request.
Result<crypto::CertificationRequest> read_enrolment(std::string_view body);

// The body of an answer with the certificates of a PEM text: base64, 76 characters a line.
Result<std::string> write_certificates(std::string_view pem);

// The password of HTTP Basic (RFC 7617), which is a token here; the user name says nothing. Nothing when the
// field is of another scheme or form.
std::optional<std::string> basic_password(std::string_view authorization);

}  // namespace edgeward::enrolment
