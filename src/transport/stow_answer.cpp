#include "stow_answer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include <edgeward/dicom/command.hpp>
#include <edgeward/fhir/response.hpp>

#include "dicom_association.hpp"

namespace edgeward::transport {
namespace {

using nlohmann::json;

constexpr std::size_t longest_foreign = 4096;

// Attributes of the store instances response (PS3.18 table I.2-1) in the DICOM JSON model (PS3.18 annex F).
constexpr const char* failed_sequence = "00081198";
constexpr const char* referenced_sequence = "00081199";
constexpr const char* referenced_instance = "00081155";
constexpr const char* failure_reason = "00081197";

const json* values_of(const json& attributes, const char* tag) {
    if (!attributes.is_object()) return nullptr;
    const auto attribute = attributes.find(tag);
    if (attribute == attributes.end() || !attribute->is_object()) return nullptr;
    const auto values = attribute->find("Value");
    return values != attribute->end() && values->is_array() ? &*values : nullptr;
}

const json* first_of(const json& attributes, const char* tag) {
    const auto* values = values_of(attributes, tag);
    return values != nullptr && !values->empty() ? &values->front() : nullptr;
}

// The item of a sequence that is about the object.
const json* item_about(const json& response, const char* sequence, std::string_view sop_instance) {
    const auto* items = values_of(response, sequence);
    if (items == nullptr) return nullptr;
    const auto found = std::ranges::find_if(*items, [&](const json& item) {
        const auto* uid = first_of(item, referenced_instance);
        return uid != nullptr && uid->is_string() && uid->get_ref<const std::string&>() == sop_instance;
    });
    return found == items->end() ? nullptr : &*found;
}

// A failure without a reason may pass, as one of which the reason is processing itself.
std::uint16_t reason_of(const json& item) {
    const auto* reason = first_of(item, failure_reason);
    const bool readable =
        reason != nullptr && reason->is_number_unsigned() && reason->get<std::uint64_t>() <= 0xFFFF;
    return readable ? reason->get<std::uint16_t>() : dicom::status::processing_failure;
}

// Nothing: it says nothing about the object.
std::optional<Outcome> outcome_in(std::string_view body, std::string_view sop_instance) {
    json response = json::parse(body, nullptr, false);
    if (response.is_array() && response.size() == 1) response = json(response.front());
    if (const auto* item = item_about(response, failed_sequence, sop_instance))
        return judge_store_status(reason_of(*item));
    if (item_about(response, referenced_sequence, sop_instance) != nullptr) return Outcome();
    return std::nullopt;
}

Outcome refusal(ErrorKind kind, std::string message, bool message_only = false) {
    return tl::unexpected<Refusal>(Refusal{Error{kind, std::move(message)}, message_only});
}

template <std::size_t Count>
bool is_one_of(const std::array<unsigned, Count>& statuses, unsigned status) {
    return std::ranges::find(statuses, status) != statuses.end();
}

// Without a word about the object.
Outcome judge_status(const StowAnswer& answer, Instant now) {
    constexpr std::array<unsigned, 3> passing{408, 425, 429};
    constexpr std::array<unsigned, 6> wrong_place{403, 404, 405, 406, 410, 415};
    const std::string text = "http_status_" + std::to_string(answer.status);
    if (answer.status >= 500 || is_one_of(passing, answer.status)) {
        auto outcome = refusal(ErrorKind::unavailable, text);
        outcome.error().retry_after =
            fhir::parse_retry_after(answer.retry_after, now).value_or(std::chrono::milliseconds(0));
        return outcome;
    }
    if (answer.status == 401) return refusal(ErrorKind::misconfigured, text);
    if (is_one_of(wrong_place, answer.status)) return refusal(ErrorKind::misconfigured, text, true);
    if (answer.status >= 400) return refusal(ErrorKind::rejected, text, true);
    if (answer.status >= 300) return refusal(ErrorKind::misconfigured, text + ": no redirect is followed");
    return refusal(ErrorKind::ambiguous, "the answer says nothing about the object");
}

}  // namespace

Outcome judge_stow_answer(const StowAnswer& answer, std::string_view sop_instance, Instant now) {
    try {
        const bool may_tell =
            (answer.status >= 200 && answer.status < 300) || (answer.status >= 400 && answer.status < 500);
        std::optional<Outcome> told;
        if (may_tell) told = outcome_in(answer.body, sop_instance);
        Outcome outcome = told ? *std::move(told) : judge_status(answer, now);
        if (!outcome) outcome.error().error.foreign = answer.body.substr(0, longest_foreign);
        return outcome;
    } catch (const std::exception&) {
        return refusal(ErrorKind::ambiguous, "the answer cannot be read");
    }
}

}  // namespace edgeward::transport
