#include <edgeward/transport/http_url.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace edgeward::transport {
namespace {

constexpr std::uint16_t https_port = 443;
constexpr std::uint16_t http_port = 80;

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool in_name(char c) {
    return is_alphanumeric(c) || c == '-' || c == '.';
}
bool in_address(char c) {
    return is_alphanumeric(c) || c == ':' || c == '.';
}
bool in_path(char c) {
    return is_alphanumeric(c) || std::string_view("-._~!$&'()*+,;=:@/%").find(c) != std::string_view::npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return whole && port != 0 ? std::optional(port) : std::nullopt;
}

// "host", "host:port", "[address]" or "[address]:port" into `url`; false when it is none of them.
bool take_authority(std::string_view text, HttpUrl& url) {
    const bool bracketed = !text.empty() && text.front() == '[';
    const std::size_t end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
    if (end == std::string_view::npos) return false;
    const auto host = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
    const auto rest = text.substr(bracketed ? end + 1 : end);
    url.host = host;
    if (host.empty() || !std::all_of(host.begin(), host.end(), bracketed ? in_address : in_name))
        return false;
    if (rest.empty()) return true;
    const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
    url.port = port.value_or(0);
    return port.has_value();
}

}  // namespace

std::string HttpUrl::authority() const {
    std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != (secure ? https_port : http_port)) text += ":" + std::to_string(port);
    return text;
}

bool is_loopback(const std::string& host) {
    const bool address =
        std::all_of(host.begin(), host.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    return host == "localhost" || host == "::1" || (address && host.starts_with("127."));
}

Result<HttpUrl> parse_http_url(std::string_view text) {
    HttpUrl url;
    if (text.starts_with("https://")) {
        text.remove_prefix(8);
    } else if (text.starts_with("http://")) {
        text.remove_prefix(7);
        url.secure = false;
        url.port = http_port;
    } else {
        return failure(ErrorKind::invalid_input, "expected a URL that begins with https://");
    }
    const std::size_t slash = std::min(text.find('/'), text.size());
    url.path = text.substr(slash);
    while (url.path.ends_with('/'))
        url.path.pop_back();
    if (!take_authority(text.substr(0, slash), url) ||
        !std::all_of(url.path.begin(), url.path.end(), in_path))
        return failure(ErrorKind::invalid_input, "expected a URL such as https://host:port/path");
    return url;
}

}  // namespace edgeward::transport
