#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/admin/description.hpp>

// Every route of the admin API, said once: docs/control-api.md in a form that machines read. The router takes
// no other, each request is held against it, and the OpenAPI document is written from it.
namespace edgeward::app {

const admin::Descriptions& described_routes();
// Null: there is no such route.
const admin::Description* described(std::string_view method, std::string_view pattern);

// The OpenAPI 3.1 document of them, and the route that gives it to anybody: it says nothing of an
// installation.
const std::string& api_document();
admin::Route document_route();

// The routes of one subject each; described_routes() puts them together.
admin::Descriptions state_descriptions();
admin::Descriptions equipment_descriptions();
admin::Descriptions message_descriptions();
admin::Descriptions person_descriptions();
admin::Descriptions rights_descriptions();
admin::Descriptions account_descriptions();

// All of these, in their order.
admin::Descriptions together(std::vector<admin::Descriptions> parts);

// {"value", "authority", "type"}, the same as "patient", and who got data of a person.
admin::Schema identifier_form();
admin::Schema patient_form();
admin::Schema recipient_form();

}  // namespace edgeward::app
