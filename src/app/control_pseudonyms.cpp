// /v1/pseudonyms: whose a pseudonym of a destination is.

#include <algorithm>
#include <array>

#include "control_desk.hpp"
#include "control_request.hpp"
#include "resolution_reasons.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

Result<std::string> reason_in(const json& body) {
    auto reason = text_in(body, "reason", true);
    if (!reason) return reason;
    return expect_one_of(resolution_reasons, *reason, "reason").map([&] { return *reason; });
}

Result<delivery::DestinationStatus> destination_in(const ControlParts& parts, const json& body) {
    const auto name = text_in(body, "destination", true);
    if (!name) return failure(name.error());
    const auto all = parts.delivery.status();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == *name; });
    if (found == all.end())
        return failure(ErrorKind::invalid_input, "destination: expected one of the configuration");
    if (found->level != model::IdentityLevel::pseudonymous)
        return failure(ErrorKind::invalid_input, "destination: expected one that gets pseudonyms");
    return *found;
}

// Places, never symbols: an error message is no place for a pseudonym.
std::string differing_places(std::string_view typed, std::string_view sound) {
    std::string places;
    for (std::size_t at = 0; at < typed.size() && at < sound.size(); ++at) {
        const char letter =
            typed[at] >= 'a' && typed[at] <= 'z' ? static_cast<char>(typed[at] - 'a' + 'A') : typed[at];
        if (letter == sound[at]) continue;
        if (!places.empty()) places += " and ";
        places += std::to_string(at + 1);
    }
    return places;
}

struct Typed {
    std::string text;
    bool corrected = false;
};

Result<Typed> pseudonym_in(const json& body, const std::string& prefix) {
    const auto text = text_in(body, "pseudonym", true);
    if (!text) return failure(text.error());
    const bool may_correct = body.value("correct", json(false)) == json(true);
    auto checked = pseudonym::check_text(*text);
    if (!checked) return failure(std::move(checked.error()).during("pseudonym"));
    if (!checked->text.starts_with(prefix + "1-")) {
        return failure(ErrorKind::invalid_input,
                       "pseudonym: expected one that begins with " + prefix + "1-, as this destination's do");
    }
    if (checked->corrected && !may_correct) {
        return failure(ErrorKind::invalid_input,
                       "pseudonym: its check symbols do not fit as it is typed; what "
                       "fits differs at character " +
                           differing_places(*text, checked->text) +
                           ". Look at it again, or ask for the correction");
    }
    return Typed{std::move(checked->text), checked->corrected};
}

Result<json> resolve(const ControlParts& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto reason = reason_in(*body);
    if (!reason) return failure(reason.error());
    const auto destination = destination_in(parts, *body);
    if (!destination) return failure(destination.error());
    const auto typed = pseudonym_in(*body, destination->pseudonym_prefix);
    if (!typed) return failure(typed.error());

    const auto found = parts.vault.resolve(typed->text, destination->domain, destination->pseudonym_prefix);
    if (!found) return failure(found.error());
    audit::Event event =
        make_event(request, audit::Action::pseudonym_resolved, "destination " + destination->name, *found);
    event.rule = *reason;
    event.outcome = *found ? audit::Outcome::success : audit::Outcome::failure;
    // Before anything is said: without its record there is no answer.
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    if (!*found) {
        return failure(ErrorKind::rejected,
                       "the pseudonym is nobody's here: of another installation, or of somebody erased");
    }
    const auto identifiers = parts.vault.identifiers_of(**found);
    if (!identifiers) return failure(identifiers.error());
    json made = {{"destination", destination->name}, {"corrected", typed->corrected}};
    if (typed->corrected) made["pseudonym"] = typed->text;
    made["identifiers"] = json::array();
    for (const auto& one : *identifiers)
        made["identifiers"].push_back(
            {{"value", one.value}, {"authority", one.authority}, {"type", one.type}});
    return made;
}

}  // namespace

admin::Routes pseudonym_routes(const ControlParts& parts) {
    return {control_route("POST", "/v1/pseudonyms/resolve",
                          [parts](const admin::HttpRequest& request) { return resolve(parts, request); })};
}

}  // namespace edgeward::app
