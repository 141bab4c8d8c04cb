#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/coding/code_table.hpp>

#include "fhir/samples.hpp"
#include "hl7/sample_report.hpp"

// Messages as our own renderers write them for a pseudonymous destination.
namespace edgeward::dlp::rendered {

struct Message {
    std::string body;
    std::vector<std::string> own;  // what delivery names as its own
};

inline std::string pseudonym(std::mt19937& random) {
    constexpr std::string_view symbols = "0123456789ACDEFGHJKLMNPQRTUVWXYZ";
    std::string text = "RES1-";
    for (int i = 0; i < 22; ++i)
        text.push_back(symbols[random() % symbols.size()]);
    return text;
}

inline std::string uuid(std::mt19937& random) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 36; ++i)
        text.push_back(i == 8 || i == 13 || i == 18 || i == 23 ? '-' : digits[random() % 16]);
    return text;
}

inline std::string decimal_text(std::mt19937& random) {
    std::string text = std::to_string(random() % (random() % 4 == 0 ? 1'000'000 : 300));
    if (random() % 2 == 0) text += "." + std::to_string(random() % 1000);
    return text;
}

// Some parameters of the code table, with values of every kind.
inline model::Report report(std::mt19937& random, std::size_t observations) {
    const auto table = coding::code_table();
    model::Report made;
    made.device = "mon-1";
    for (std::size_t i = 0; i < observations; ++i) {
        const auto& entry = table[random() % table.size()];
        model::Observation one;
        for (auto& octet : one.id.octets)
            octet = static_cast<std::uint8_t>(random());
        one.code = coding::code_of(entry);
        one.category = entry.category;
        one.effective = {Instant(std::chrono::milliseconds(1'763'000'000'000 + random() % 34'000'000'000)),
                         60};
        one.containment = static_cast<std::uint16_t>(1 + i);
        one.value =
            model::Quantity{*model::Decimal::parse(decimal_text(random)), std::string(entry.ucum), {}};
        made.observations.push_back(std::move(one));
    }
    return made;
}

inline std::optional<Message> hl7(std::mt19937& random, const model::Report& report) {
    namespace sample = edgeward::hl7::sample;
    const std::string name = pseudonym(random);
    std::string id = uuid(random);
    auto envelope = sample::envelope();
    envelope.control_id = id.substr(0, 8) + id.substr(24, 12);
    for (auto& c : envelope.control_id)
        c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    envelope.filler_number = envelope.control_id;
    envelope.message_time.utc += std::chrono::milliseconds(random() % 30'000'000'000);
    edgeward::hl7::DeviceFacts device{id, "Acme", "M5", {}, {}};
    auto body = edgeward::hl7::render_oru(
        sample::settings(), envelope, edgeward::hl7::PseudonymousPatient{name, "research"}, device, report);
    if (!body) return std::nullopt;
    return Message{*std::move(body), {name, id, envelope.control_id}};
}

inline std::optional<Message> fhir(std::mt19937& random, const model::Report& report) {
    namespace samples = edgeward::fhir::samples;
    const std::string name = pseudonym(random);
    const std::string id = uuid(random);
    const edgeward::fhir::ReportPart part{&report, {nullptr, name}, {id, "Acme", "Vista 12", {}, {}}};
    auto bundle = edgeward::fhir::render_bundle(samples::settings(), {&part, 1}, samples::uuid_of);
    if (!bundle) return std::nullopt;
    return Message{std::move(bundle->body), {name, id, bundle->identifier}};
}

}  // namespace edgeward::dlp::rendered
