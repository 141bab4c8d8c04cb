#pragma once

#include <optional>
#include <string>

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <edgeward/admin/http.hpp>
#include <edgeward/core/result.hpp>

namespace edgeward::admin {

using RawHeader = boost::beast::http::header<true, boost::beast::http::fields>;
using RawRequest = boost::beast::http::request<boost::beast::http::string_body>;

// What RFC 9112 leaves to the recipient, decided strictly, before the body is read. Nothing when the header
// may pass; otherwise the response to send before closing.
std::optional<HttpResponse> objection_to(const RawHeader& header);

// The response to octets that are no request, or one beyond the limits; nothing when the peer has gone or was
// too slow, so that there is nobody to answer.
std::optional<HttpResponse> objection_to(const boost::beast::error_code& error);

// The request as handlers see it. invalid_input: the target is not well-formed.
Result<HttpRequest> to_request(RawRequest&& raw);

}  // namespace edgeward::admin
