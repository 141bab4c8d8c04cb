#include "est_routes.hpp"

#include <edgeward/admin/description.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/enrolment/est.hpp>

namespace edgeward::app {
namespace {

using Ask = Result<enrolment::Answer> (enrolment::EnrolmentService::*)(const enrolment::Asking&);

// RFC 7030 §4.1.3, §4.2.3. RFC 8951 §3.2 drops the transfer encoding's field, which older clients look for.
admin::HttpResponse certificates(const std::string& pem) {
    auto body = enrolment::write_certificates(pem);
    if (!body) return admin::error_response(body.error());
    admin::HttpResponse response{200, std::string(enrolment::certificates_type), *std::move(body)};
    response.fields = {{"Content-Transfer-Encoding", "base64"}};
    return response;
}

// RFC 7030 §4.2.3: a person has to say yes first.
admin::HttpResponse come_again(std::chrono::seconds after) {
    admin::HttpResponse response{202, "text/plain", "waits for approval\n"};
    response.retry_after = static_cast<std::uint32_t>(after.count());
    return response;
}

// RFC 7030 §3.2.3: who may show a token is asked for one.
admin::HttpResponse refusal(const Error& error, bool asks_for_token) {
    admin::HttpResponse response = admin::error_response(error);
    if (error.kind == ErrorKind::denied && asks_for_token) {
        response.status = 401;
        response.fields = {{"WWW-Authenticate", "Basic realm=\"edgeward\""}};
    }
    return response;
}

admin::HttpResponse enrol(enrolment::EnrolmentService& service, Ask ask, bool asks_for_token,
                          const admin::HttpRequest& request) {
    if (request.content_type != enrolment::request_type) {
        auto response = admin::error_response(
            {ErrorKind::invalid_input, "expected a body of type " + std::string(enrolment::request_type)});
        response.status = 415;
        return response;
    }
    const auto answer = (service.*ask)({request.body, request.authorization, request.peer_certificate});
    if (!answer) {
        // A program that shuts addresses out reads it (config/monitoring/fail2ban).
        if (answer.error().kind == ErrorKind::denied)
            log::warning("an enrolment was refused", {{"address", request.address}});
        return refusal(answer.error(), asks_for_token);
    }
    if (const auto* waiting = std::get_if<enrolment::Waiting>(&*answer))
        return come_again(waiting->retry_after);
    return certificates(std::get<enrolment::Granted>(*answer).certificate);
}

// RFC 7030 describes them; the port for devices has no document of its own.
const admin::Descriptions& est_descriptions() {
    using admin::schema::text;
    const std::string request(enrolment::request_type);
    const std::string certificates(enrolment::certificates_type);
    const auto enrolling = [&](const char* pattern, const char* purpose) {
        return admin::post(pattern, "", purpose, text(1), text(1))
            .by(admin::Session::none)
            .in_types(request, certificates);
    };
    static const admin::Descriptions all{
        admin::get("/.well-known/est/cacerts", "", "Gives the authority's certificates.", text(1))
            .by(admin::Session::none)
            .in_types({}, certificates),
        enrolling("/.well-known/est/simpleenroll", "Enrols a device."),
        enrolling("/.well-known/est/simplereenroll", "Renews a device's certificate.")};
    return all;
}

admin::Route route(const char* method, const char* what, admin::Handler handler) {
    std::string pattern = std::string("/.well-known/est/") + what;
    const auto* description = admin::find_description(est_descriptions(), method, pattern);
    return {method,
            std::move(pattern),
            admin::Exposure::public_https,
            admin::Execution::on_pool,
            std::move(handler),
            description};
}

}  // namespace

admin::Routes est_routes(enrolment::EnrolmentService& service) {
    using Service = enrolment::EnrolmentService;
    return {route("GET", "cacerts",
                  [&service](const admin::HttpRequest&) { return certificates(service.authorities()); }),
            route("POST", "simpleenroll",
                  [&service](const admin::HttpRequest& request) {
                      return enrol(service, &Service::enrol, true, request);
                  }),
            route("POST", "simplereenroll", [&service](const admin::HttpRequest& request) {
                return enrol(service, &Service::renew, false, request);
            })};
}

}  // namespace edgeward::app
