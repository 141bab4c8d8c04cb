#include <algorithm>
#include <iterator>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <edgeward/core/text.hpp>

#include "request_reader.hpp"
#include "target.hpp"

namespace edgeward::admin {
namespace {

namespace http = boost::beast::http;

HttpResponse refusal(unsigned status, const char* message) {
    HttpResponse response = error_response({ErrorKind::invalid_input, message});
    response.status = status;
    return response;
}

template <typename Name>
std::size_t count(const RawHeader& header, const Name& name) {
    const auto range = header.equal_range(name);
    return static_cast<std::size_t>(std::distance(range.first, range.second));
}

// RFC 9112 6.1 to 6.3: whatever two readers could cut differently is refused.
bool frames_body_clearly(const RawHeader& header) {
    const std::size_t codings = count(header, http::field::transfer_encoding);
    const std::size_t lengths = count(header, http::field::content_length);
    if (codings + lengths > 1) return false;
    // A list of equal lengths is legal to accept (6.3) and as legal for another reader to cut off after the
    // first.
    const auto length = header[http::field::content_length];
    if (!std::all_of(length.begin(), length.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
    return codings == 0 || boost::beast::iequals(header[http::field::transfer_encoding], "chunked");
}

bool names_one_host(const RawHeader& header) {
    return count(header, http::field::host) == 1 && !header[http::field::host].empty();
}

bool expects_only_continue(const RawHeader& header) {
    return count(header, http::field::expect) == 0 ||
           boost::beast::iequals(header[http::field::expect], "100-continue");
}

// RFC 6265 4.2.1. The session's cookie comes once: of two, another program may have planted one.
Result<std::string> token_in(std::string_view cookies) {
    std::string token;
    while (!cookies.empty()) {
        const auto end = cookies.find(';');
        const std::string_view pair = trimmed(cookies.substr(0, end));
        cookies.remove_prefix(end == std::string_view::npos ? cookies.size() : end + 1);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != session_cookie) continue;
        if (!token.empty()) return failure(ErrorKind::invalid_input, "the session's cookie comes twice");
        token = pair.substr(equals + 1);
    }
    return token;
}

// RFC 9110 8.3.1: without parameters, in lower case.
std::string media_type_of(std::string_view field) {
    std::string type(trimmed(field.substr(0, field.find(';'))));
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return type;
}

}  // namespace

std::optional<HttpResponse> objection_to(const RawHeader& header) {
    if (header.version() != 11) return refusal(505, "only HTTP/1.1 is spoken here");
    if (!frames_body_clearly(header)) return refusal(400, "the request does not frame its body clearly");
    if (!names_one_host(header)) return refusal(400, "the request must name one host");
    if (count(header, break_glass_field) > 1) return refusal(400, "the glass is broken once or not at all");
    if (count(header, csrf_field) > 1 || count(header, http::field::cookie) > 1 ||
        count(header, http::field::content_type) > 1)
        return refusal(400, "the request names its session or its content twice");
    if (count(header, http::field::authorization) > 1) return refusal(400, "the request says twice who asks");
    if (!expects_only_continue(header)) return refusal(417, "the expectation cannot be met");
    return std::nullopt;
}

std::optional<HttpResponse> objection_to(const boost::beast::error_code& error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return refusal(431, "the request header is too large");
    }
    if (error == http::error::body_limit) return refusal(413, "the request body is too large");
    if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
    if (error.category() == http::make_error_code(http::error::bad_method).category()) {
        return refusal(400, "the request is not well-formed HTTP/1.1");
    }
    return std::nullopt;
}

Result<HttpRequest> to_request(RawRequest&& raw) {
    auto target = parse_target(std::string_view(raw.target().data(), raw.target().size()));
    if (!target) return failure(std::move(target.error()));
    const auto method =
        raw.method() == http::verb::head ? http::to_string(http::verb::get) : raw.method_string();
    HttpRequest request;
    request.method.assign(method.data(), method.size());
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    request.repeated = std::move(target->repeated);
    const auto why = raw[break_glass_field];
    request.break_glass.assign(why.data(), why.size());
    const auto csrf = raw[csrf_field];
    request.csrf.assign(csrf.data(), csrf.size());
    const auto cookies = raw[http::field::cookie];
    auto token = token_in({cookies.data(), cookies.size()});
    if (!token) return failure(std::move(token.error()));
    request.session_token = *std::move(token);
    const auto type = raw[http::field::content_type];
    request.content_type = media_type_of({type.data(), type.size()});
    const auto authorization = raw[http::field::authorization];
    request.authorization.assign(authorization.data(), authorization.size());
    const auto accept = raw[http::field::accept];
    request.accept.assign(accept.data(), accept.size());
    request.body = std::move(raw.body());
    return request;
}

}  // namespace edgeward::admin
