#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>

namespace edgeward::transport {

// 127.0.0.0/8, ::1 or localhost: never leaves this machine.
bool is_loopback(const std::string& host);

// An absolute http or https URL without user, query and fragment (RFC 3986 §3).
struct HttpUrl {
    bool secure = true;
    std::string host;  // without the brackets of an IPv6 address
    std::uint16_t port = 443;
    std::string path;  // "" or "/…" without a slash at the end

    // Value of the Host field: the port only when it is not the scheme's own.
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] bool is_loopback() const { return transport::is_loopback(host); }
};

// invalid_input: not such a URL.
Result<HttpUrl> parse_http_url(std::string_view text);

}  // namespace edgeward::transport
