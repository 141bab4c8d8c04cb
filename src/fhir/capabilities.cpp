#include <edgeward/fhir/capabilities.hpp>

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include <edgeward/fhir/strict_json.hpp>

namespace edgeward::fhir {
namespace {

using nlohmann::json;

// Elements of a list member; none when it is not there.
const json& list_in(const json& object, const char* member) {
    static const json none = json::array();
    const auto found = object.find(member);
    return found != object.end() && found->is_array() ? *found : none;
}

bool says(const json& object, const char* member, std::string_view word) {
    const auto found = object.find(member);
    return found != object.end() && found->is_string() && found->get_ref<const std::string&>() == word;
}

bool has_interaction(const json& of, std::string_view code) {
    const auto& all = list_in(of, "interaction");
    return std::any_of(all.begin(), all.end(),
                       [&](const json& one) { return one.is_object() && says(one, "code", code); });
}

bool has_json(const json& statement) {
    constexpr std::array<std::string_view, 3> names{"application/fhir+json", "json", "application/json"};
    const auto& formats = list_in(statement, "format");
    return std::any_of(formats.begin(), formats.end(), [&](const json& one) {
        return one.is_string() &&
               std::find(names.begin(), names.end(), one.get_ref<const std::string&>()) != names.end();
    });
}

// The part of the statement about being a server; null: there is none.
const json* server_in(const json& statement) {
    for (const json& one : list_in(statement, "rest"))
        if (one.is_object() && says(one, "mode", "server")) return &one;
    return nullptr;
}

void look_for_create(const json& server, const char* type, std::vector<std::string>& missing) {
    for (const json& one : list_in(server, "resource")) {
        if (!one.is_object() || !says(one, "type", type)) continue;
        if (has_interaction(one, "create")) return;
    }
    missing.push_back(std::string("create of ") + type);
}

}  // namespace

Result<Capabilities> read_capabilities(std::string_view body, BundleForm form) {
    auto statement = parse_strictly(body);
    if (!statement) return failure(std::move(statement.error()));
    if (!says(*statement, "resourceType", "CapabilityStatement"))
        return failure(ErrorKind::invalid_input, "expected a CapabilityStatement");
    Capabilities made;
    if (!has_json(*statement)) made.missing.emplace_back("format json");
    const json* const server = server_in(*statement);
    if (server == nullptr) {
        made.missing.emplace_back("rest of mode server");
    } else if (form == BundleForm::transaction) {
        if (!has_interaction(*server, "transaction")) made.missing.emplace_back("interaction transaction");
        for (const char* type : {"Patient", "Device", "Observation"})
            look_for_create(*server, type, made.missing);
    }
    for (const char* passing : {"id", "meta", "text", "date"})
        statement->erase(passing);
    made.stated = statement->dump(-1, ' ', false, json::error_handler_t::replace);
    return made;
}

}  // namespace edgeward::fhir
