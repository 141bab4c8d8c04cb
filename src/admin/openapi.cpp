#include <algorithm>
#include <array>
#include <map>

#include <edgeward/admin/description.hpp>

// https://spec.openapis.org/oas/v3.1.0
namespace edgeward::admin {
namespace {

using Json = nlohmann::ordered_json;

// "/v1/dead-letters/{destination}" of GET is "get-v1-dead-letters-destination".
std::string operation_of(const Description& route) {
    std::string id = route.method;
    std::transform(id.begin(), id.end(), id.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    for (const char c : route.pattern) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (plain) id.push_back(c);
        if (c == '/') id.push_back('-');
    }
    return id;
}

// The subject: the first segment after the version.
std::string tag_of(const Description& route) {
    std::string_view rest = route.pattern;
    if (rest.starts_with("/v1/")) rest.remove_prefix(3);
    rest.remove_prefix(1);
    return std::string(rest.substr(0, rest.find('/')));
}

Json parameter(const char* place, const std::string& name, const Schema& form, bool required) {
    return {{"name", name}, {"in", place}, {"required", required}, {"schema", form}};
}

Json parameters_of(const Description& route) {
    Json made = Json::array();
    for (const auto& name : path_parameters(route.pattern))
        made.push_back(parameter("path", name, path_parameter(name), true));
    const auto& required = route.query.at("required");
    for (const auto& [name, form] : route.query.at("properties").items())
        made.push_back(parameter("query", name, form,
                                 std::find(required.begin(), required.end(), name) != required.end()));
    return made;
}

Json content(const std::string& type, const Schema& form) {
    return {{type, {{"schema", form}}}};
}

// Answers may get further members; who reads them passes over what it does not know.
Schema opened(Schema form) {
    if (form.is_object()) {
        const auto others = form.find("additionalProperties");
        if (others != form.end() && *others == false) form.erase("additionalProperties");
    }
    for (auto& part : form) {
        if (part.is_structured()) part = opened(std::move(part));
    }
    return form;
}

bool changes(const Description& route) {
    return route.method != "GET";
}

bool has_body(const Description& route) {
    return !route.body.is_null();
}

Json security_of(const Description& route) {
    Json made = Json::array();
    if (route.session == Session::none) return made;
    Json needed{{"session", Json::array()}};
    if (changes(route)) needed["csrf"] = Json::array();
    made.push_back(std::move(needed));
    return made;
}

Json answers_of(const Description& route) {
    static const std::map<unsigned, const char*> refusals{
        {400, "BadRequest"}, {401, "NotSignedIn"}, {403, "NotAllowed"}, {409, "Conflict"}, {413, "TooLarge"},
        {415, "WrongType"},  {429, "TooMany"},     {500, "Broken"},     {503, "TryAgain"}};
    std::vector<unsigned> possible = route.also;
    possible.push_back(400);
    if (route.session != Session::none) possible.insert(possible.end(), {401, 429});
    if (route.session != Session::none && (changes(route) || !route.action.empty())) possible.push_back(403);
    if (has_body(route)) possible.insert(possible.end(), {413, 415});
    std::sort(possible.begin(), possible.end());
    possible.erase(std::unique(possible.begin(), possible.end()), possible.end());
    Json made{
        {"200", {{"description", "Done."}, {"content", content(route.answer_type, opened(route.answer))}}}};
    for (const unsigned status : possible)
        made[std::to_string(status)] = {
            {"$ref", std::string("#/components/responses/") + refusals.at(status)}};
    if (!route.unready.is_null())
        made["503"] = {{"description", "Not ready."},
                       {"content", content(route.answer_type, opened(route.unready))}};
    made["5XX"] = {{"$ref", "#/components/responses/Failed"}};
    return made;
}

const char* name_of(Session session) {
    constexpr std::array names{"none", "half", "whole", "fresh"};
    return names.at(static_cast<std::size_t>(session));
}

Json operation(const Description& route) {
    Json made{{"operationId", operation_of(route)},
              {"summary", route.purpose},
              {"tags", Json::array({tag_of(route)})},
              {"x-session", name_of(route.session)}};
    if (!route.action.empty()) made["x-policy-action"] = route.action;
    if (auto parameters = parameters_of(route); !parameters.empty())
        made["parameters"] = std::move(parameters);
    if (has_body(route)) {
        const bool required = route.body != schema::object({});
        made["requestBody"] = {{"required", required}, {"content", content(route.body_type, route.body)}};
    }
    made["security"] = security_of(route);
    made["responses"] = answers_of(route);
    return made;
}

Json refusal(const char* why) {
    return {{"description", why},
            {"content", content("application/json", {{"$ref", "#/components/schemas/Error"}})}};
}

Json components() {
    using namespace schema;
    const Schema error = object({{"error", words({"invalid_input", "unavailable", "ambiguous", "rejected",
                                                  "exhausted", "denied", "corrupt", "misconfigured"})},
                                 {"message", text(1)},
                                 {"remedy?", words({"second_factor"})}});
    return {{"schemas", {{"Error", opened(error)}}},
            {"responses",
             {{"BadRequest", refusal("The request is wrong, or names something that is not there.")},
              {"NotSignedIn", refusal("There is no session, it has ended, or its second factor is missing.")},
              {"NotAllowed",
               refusal("The policies do not allow it, or the session's token is missing. `remedy`: a fresh "
                       "second factor would help.")},
              {"Conflict", refusal("It does not fit what is there.")},
              {"TooLarge", refusal("The body is larger than 1 MiB.")},
              {"WrongType", refusal("The body is not of the described type.")},
              {"TooMany", refusal("Too many requests or attempts; see Retry-After.")},
              {"Broken", refusal("Stored data does not verify, or something has to be mended.")},
              {"TryAgain", refusal("It could not be done now.")},
              {"Failed", refusal("Something failed; the gateway's log says what.")}}},
            {"securitySchemes",
             {{"session",
               {{"type", "apiKey"},
                {"in", "cookie"},
                {"name", session_cookie},
                {"description", "From POST /v1/session. Not at the control socket."}}},
              {"csrf",
               {{"type", "apiKey"},
                {"in", "header"},
                {"name", csrf_field},
                {"description", "The session's `csrf`, with every method but GET."}}}}}};
}

Json information(const std::string& version) {
    return {
        {"title", "Edgeward admin API"},
        {"version", version},
        {"summary", "Control of a medical edge gateway"},
        {"description",
         "By HTTPS with a session, and without one at the control socket for users of the machine. "
         "x-policy-action is the action the policies are asked for; x-session says what a session must "
         "have shown: none, half (the password), whole (a second factor), fresh (a second factor within " +
             std::to_string(fresh_seconds) + " seconds, by the shipped policies)."},
        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}};
}

}  // namespace

std::string openapi_document(const Descriptions& routes, const std::string& version) {
    Json paths = Json::object();
    Json tags = Json::array();
    for (const auto& route : routes) {
        std::string method = operation_of(route);
        method.resize(route.method.size());
        paths[route.pattern][method] = operation(route);
        Json tag{{"name", tag_of(route)}};
        if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
    }
    const Json document{
        {"openapi", "3.1.0"},      {"info", information(version)}, {"servers", Json::array({{{"url", "/"}}})},
        {"tags", std::move(tags)}, {"paths", std::move(paths)},    {"components", components()}};
    return document.dump(1) + "\n";
}

}  // namespace edgeward::admin
