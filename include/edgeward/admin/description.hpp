#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/admin/http.hpp>
#include <edgeward/admin/schema.hpp>
#include <edgeward/core/result.hpp>

// What a route is for, takes and gives: said once, for the router, for the check of each request and for the
// OpenAPI document. Pure. Threads: any.
namespace edgeward::admin {

// What a session has to have shown, by HTTPS. How old the second factor may be is the policies' to say.
enum class Session : std::uint8_t {
    none,   // nobody is asked who they are
    half,   // a password is enough
    whole,  // a second factor, too
    fresh,  // one shown within fresh_seconds, as the shipped policies ask
};
inline constexpr unsigned fresh_seconds = 300;

struct Description {
    std::string method;
    std::string pattern;
    std::string action;   // of the policies; empty: they are not asked
    std::string purpose;  // a sentence
    Schema answer;        // what 200 answers
    Schema body{};        // null: none is taken
    Session session = Session::whole;
    Schema query = schema::object({});  // its members are the parameters
    std::vector<unsigned> also{};       // statuses beside those that any such route can answer
    Schema unready{};                   // what 503 answers when that is no error
    std::string answer_type = "application/json";
    std::string body_type = "application/json";

    // The same, with more said.
    Description by(Session shown) &&;
    Description asked_with(Schema parameters) &&;
    Description may_answer(std::vector<unsigned> statuses) &&;
    Description or_503(Schema answered) &&;
    Description in_types(std::string taken, std::string given) &&;  // of body and answer
};
// Routes of these methods. A POST without anything to say takes an empty object or no body.
Description get(std::string pattern, std::string action, std::string purpose, Schema answer);
Description post(std::string pattern, std::string action, std::string purpose, Schema body, Schema answer);
using Descriptions = std::vector<Description>;

// The one of this method and pattern; null: there is none.
const Description* find_description(const Descriptions& all, std::string_view method,
                                    std::string_view pattern) noexcept;

// The form of a path's parameter, by its name between the braces.
Schema path_parameter(std::string_view name);
// The names between braces, in order.
std::vector<std::string> path_parameters(std::string_view pattern);

// invalid_input: a parameter of path or query is not of its form, or the query names another one.
Result<void> expect_parameters(const Description& route, const HttpRequest& request);

// The OpenAPI 3.1 document of these routes, in their order.
std::string openapi_document(const Descriptions& routes, const std::string& version);

}  // namespace edgeward::admin
