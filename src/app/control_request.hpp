#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include <edgeward/admin/description.hpp>
#include <edgeward/admin/http.hpp>
#include <edgeward/audit/record.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>
#include <edgeward/store/writer.hpp>

namespace edgeward::app {

// "account:<name>" of whoever has signed in, else "user:<uid>" of the caller.
std::string actor_of(const admin::HttpRequest& request);

// A whole number of the query; `fallback` when it is not there. invalid_input otherwise.
Result<std::uint64_t> number_in_query(const admin::HttpRequest& request, std::string_view name,
                                      std::uint64_t fallback);
Result<std::uint64_t> number_of(std::string_view text, std::string_view what);

// The body as a JSON object. invalid_input: there is none, it is not JSON, not an object, or it can be read
// in two ways.
Result<nlohmann::json> object_in_body(const admin::HttpRequest& request);
// invalid_input: parameters or body are not as the route is described.
Result<void> expect_described(const admin::Description& route, const admin::HttpRequest& request);
// A text field. invalid_input: there and not a text, or required and missing.
Result<std::string> text_in(const nlohmann::json& object, const char* field, bool required);
// An RFC 3339 time.
Result<Instant> time_in(const nlohmann::json& object, const char* field);

// The same, or nothing when the field is not there or null.
Result<std::optional<Instant>> time_or_nothing_in(const nlohmann::json& object, const char* field);

// What ends of a device, and when: the body {"device", "until"}.
struct Ending {
    std::string device;
    Instant until{};
};
Result<Ending> ending_in_body(const admin::HttpRequest& request);

nlohmann::json time_or_null(const std::optional<Instant>& time);

// {"value", "authority", "type"}. invalid_input: not that, or an authority that is not configured.
Result<model::PatientIdentifier> identifier_in(const pipeline::Catalogue& catalogue,
                                               const nlohmann::json& object);

// The field "patient" of a body, an identifier.
Result<model::PatientIdentifier> patient_in(const pipeline::Catalogue& catalogue, const nlohmann::json& body);

// 200 with the value, or the error's status.
admin::HttpResponse answer(const Result<nlohmann::json>& result);

// What the caller did, for the audit log.
audit::Event make_event(const admin::HttpRequest& request, audit::Action action, std::string object,
                        const std::optional<model::Pseudonym>& subject = {});
// Commits one audit record.
Result<void> write_audit(store::Writer& writer, audit::Event event);

// A control route on the pool whose handler gives JSON. It is described in described_routes.hpp, and a
// request that is not as described does not reach the handler.
admin::Route control_route(std::string method, std::string pattern,
                           std::function<Result<nlohmann::json>(const admin::HttpRequest&)> handler);

}  // namespace edgeward::app
