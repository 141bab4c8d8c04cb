#include <edgeward/enrolment/est.hpp>

#include <algorithm>
#include <iterator>

namespace edgeward::enrolment {
namespace {

constexpr std::size_t longest_body = 32768;  // twice what a certification request may have
constexpr std::size_t line_length = 76;      // RFC 2045 §6.8

bool is_white(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The scheme's name has no case (RFC 9110 §11.1).
bool is_basic(std::string_view scheme) {
    constexpr std::string_view basic = "basic";
    return std::equal(scheme.begin(), scheme.end(), basic.begin(), basic.end(), [](char c, char expected) {
        return (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == expected;
    });
}

}  // namespace

Result<crypto::CertificationRequest> read_enrolment(std::string_view body) {
    if (body.size() > longest_body) return failure(ErrorKind::invalid_input, "the request is too long");
    std::string text;
    text.reserve(body.size());
    std::remove_copy_if(body.begin(), body.end(), std::back_inserter(text), is_white);
    Bytes der;
    if (text.empty() || !from_base64(text, der))
        return failure(ErrorKind::invalid_input, "the body is not base64");
    return crypto::read_certification_request(der);
}

Result<std::string> write_certificates(std::string_view pem) {
    const auto packed = crypto::certificates_only(pem);
    if (!packed) return failure(packed.error());
    const std::string text = to_base64(*packed);
    std::string body;
    for (std::size_t at = 0; at < text.size(); at += line_length)
        body.append(text, at, line_length).append("\r\n");
    return body;
}

std::optional<std::string> basic_password(std::string_view authorization) {
    const auto space = authorization.find(' ');
    if (space == std::string_view::npos || !is_basic(authorization.substr(0, space))) return std::nullopt;
    authorization.remove_prefix(std::min(authorization.find_first_not_of(' ', space), authorization.size()));
    Bytes octets;
    if (!from_base64(authorization, octets)) return std::nullopt;
    const std::string_view pair = text_of(octets);
    const auto colon = pair.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    return std::string(pair.substr(colon + 1));
}

}  // namespace edgeward::enrolment
