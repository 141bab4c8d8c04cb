#include "described_routes.hpp"

#include <iterator>

#include <edgeward/admin/health.hpp>

namespace edgeward::app {

admin::Descriptions together(std::vector<admin::Descriptions> parts) {
    admin::Descriptions all;
    for (auto& part : parts)
        all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
    return all;
}

const admin::Descriptions& described_routes() {
    static const admin::Descriptions all = together(
        {admin::health_descriptions(), state_descriptions(), equipment_descriptions(), message_descriptions(),
         person_descriptions(), rights_descriptions(), account_descriptions()});
    return all;
}

const admin::Description* described(std::string_view method, std::string_view pattern) {
    return admin::find_description(described_routes(), method, pattern);
}

const std::string& api_document() {
    static const std::string document = admin::openapi_document(described_routes(), EDGEWARD_VERSION);
    return document;
}

admin::Route document_route() {
    return {"GET",
            "/v1/openapi.json",
            admin::Exposure::control,
            admin::Execution::at_once,
            [](const admin::HttpRequest&) { return admin::json_response(200, api_document()); },
            described("GET", "/v1/openapi.json")};
}

}  // namespace edgeward::app
