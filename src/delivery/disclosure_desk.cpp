#include "disclosure_desk.hpp"

#include <algorithm>
#include <map>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/store/report_seal.hpp>

#include "renderer.hpp"
#include "settlement_desk.hpp"

namespace edgeward::delivery {
namespace {

using model::Category;
using model::IdentityLevel;
using store::DeliveryState;

// A lifted restriction is told; this is for one that was lifted without a word.
constexpr std::chrono::minutes look_again_at_restricted{10};

}  // namespace

std::string disclosure_of(const DestinationSettings& settings) {
    std::string words(model::name_of(settings.level));
    words.append(" ").append(model::name_of(settings.purpose)).append(" ").append(settings.legal_basis);
    return words;
}

Result<void> append_all(store::ObservationStore& store, const std::vector<audit::Event>& events) {
    for (const auto& event : events)
        if (auto appended = store.append_audit(event); !appended) return appended;
    return {};
}

Result<std::variant<DisclosureDesk::Opened, store::Settlement>> DisclosureDesk::open(
    const store::Delivery& row) const {
    std::shared_ptr<const crypto::SealingKey> person_key;
    policy::Restriction restriction = policy::Restriction::none;
    if (row.subject) {
        auto subject = vault_.subject(*row.subject);
        if (!subject) return failure(std::move(subject.error()));
        if (!*subject) return settlement_of(row, DeliveryState::erased, "erased");
        person_key = (*subject)->data_key;
        restriction = (*subject)->restriction;
    }
    auto report = store::open_report(row, person_key ? *person_key : technical_key_);
    if (report) return Opened{*std::move(report), restriction};
    log::error("a stored report does not open", {{"destination", settings_.name}, {"report", row.report}});
    return settlement_of(row, DeliveryState::dead, "corrupt");
}

Result<policy::DisclosureRequest> DisclosureDesk::question(const model::Report& report,
                                                           std::string_view device, std::string_view ward,
                                                           Instant measured,
                                                           policy::Restriction restriction) const {
    policy::DisclosureRequest request;
    request.destination = settings_.name;
    request.purpose = settings_.purpose;
    request.level = settings_.level;
    request.legal_basis = settings_.legal_basis;
    request.ward = ward;
    request.device = device;
    request.about_person = report.subject.has_value() && settings_.level != IdentityLevel::technical;
    if (request.about_person) request.restriction = restriction;
    request.production = std::all_of(report.observations.begin(), report.observations.end(),
                                     [](const auto& one) { return one.mode == model::Mode::production; });
    if (request.about_person && settings_.purpose != model::Purpose::treatment) {
        auto consent = vault_.consent(*report.subject, settings_.purpose, clock_.now(), measured);
        if (!consent) return failure(std::move(consent.error()));
        request.consent = *consent;
    }
    return request;
}

std::variant<policy::Permit, store::Settlement> DisclosureDesk::decide(
    const policy::DisclosureRequest& question, const store::Delivery& row) const {
    auto permit = policy_.decide(question);
    if (permit) return *std::move(permit);
    auto denied = settlement_of(row, DeliveryState::filtered, permit.error().message);
    if (question.restriction == policy::Restriction::none) return denied;
    // What only the restriction stops is kept for the day it is lifted (Art. 18 DSGVO).
    policy::DisclosureRequest unrestricted = question;
    unrestricted.restriction = policy::Restriction::none;
    if (!policy_.decide(unrestricted)) return denied;
    denied.state = DeliveryState::parked;
    denied.retry_at = clock_.now() + look_again_at_restricted;
    return denied;
}

bool DisclosureDesk::is_listed(const model::Observation& observation) const {
    const auto& codes = settings_.codes;
    if (codes.empty()) return true;
    return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
        return code == observation.code.loinc ||
               (observation.code.mdc != 0 && code == std::to_string(observation.code.mdc));
    });
}

void DisclosureDesk::reduce(model::Report& report) const {
    const auto& classes = settings_.data_classes;
    std::erase_if(report.observations, [&](const model::Observation& observation) {
        if (!is_listed(observation)) return true;
        if (!classes.empty() &&
            std::find(classes.begin(), classes.end(), observation.category) == classes.end())
            return true;
        if (settings_.level == IdentityLevel::identified) return false;
        // Free text of a device may name a person, whatever its field is called.
        if (std::holds_alternative<model::Text>(observation.value)) return true;
        return settings_.level == IdentityLevel::technical && observation.category != Category::technical;
    });
    if (settings_.level == IdentityLevel::identified || settings_.level == IdentityLevel::anonymised) return;
    report.location = {};
    report.sequence.reset();
    if (settings_.level == IdentityLevel::technical) report.subject.reset();
}

Result<void> DisclosureDesk::anonymise(Prepared& prepared) const {
    model::Report& report = prepared.report;
    const auto key = key_of(prepared.row, named_report(prepared));
    const bool whole_person = settings_.anonymised.shift_per == ShiftPer::subject;
    const auto learned =
        vault_.generalise(*report.subject, prepared.permit,
                          {name_domain(settings_), whole_person ? bytes_of("all reports") : ByteView(key),
                           model::effective_time(report.observations), settings_.anonymised.ages});
    if (!learned) return failure(Error(learned.error()).during("generalise"));
    anonymiser_.apply(report, learned->spread);
    prepared.years = learned->age;
    return {};
}

Result<DisclosureDesk::Answer> DisclosureDesk::examine(store::Delivery row) const {
    auto opened = open(row);
    if (!opened) return failure(std::move(opened.error()));
    if (auto* settlement = std::get_if<store::Settlement>(&*opened)) return std::move(*settlement);
    auto& report = std::get<Opened>(*opened).report;

    const auto& wards = settings_.wards;
    if (!wards.empty() && std::find(wards.begin(), wards.end(), report.location.ward) == wards.end()) {
        return settlement_of(row, DeliveryState::filtered, "ward_not_listed");
    }
    if (report.object.has_value() != settings_.takes_objects())
        return settlement_of(row, DeliveryState::filtered, "nothing_for_this_destination");
    std::string ward = report.location.ward;
    const Instant measured = model::effective_time(report.observations);
    const auto asked = question(report, row.device, ward, measured, std::get<Opened>(*opened).restriction);
    if (!asked) return failure(asked.error());
    auto decided = decide(*asked, row);
    if (auto* settlement = std::get_if<store::Settlement>(&decided)) return std::move(*settlement);
    reduce(report);
    // Without a person there was nothing wrong with it.
    if (report.takes_back && !report.subject)
        return settlement_of(row, DeliveryState::filtered, "taken_back_without_person");
    const bool anonymised = settings_.level == IdentityLevel::anonymised;
    if (report.observations.empty() || (settings_.persons_only() && !report.subject))
        return settlement_of(row, DeliveryState::filtered, "nothing_for_this_destination");

    row.sealed.clear();
    std::string lane = lane_of(row);
    Prepared prepared{std::move(row), std::move(report), std::get<policy::Permit>(std::move(decided)),
                      std::move(lane)};
    prepared.ward = std::move(ward);
    prepared.measured = measured;
    if (!anonymised) return prepared;
    if (auto done = anonymise(prepared); !done) return failure(std::move(done.error()));
    if (prepared.report.observations.empty())
        return settlement_of(prepared.row, DeliveryState::filtered, "nothing_for_this_destination");
    return prepared;
}

Result<std::optional<store::Settlement>> DisclosureDesk::decide_again(const Prepared& prepared) const {
    if (!prepared.report.subject) return std::nullopt;
    const auto subject = vault_.subject(*prepared.report.subject);
    if (!subject) return failure(subject.error());
    const auto restriction = *subject ? (*subject)->restriction : policy::Restriction::none;
    if (settings_.purpose == model::Purpose::treatment && restriction == policy::Restriction::none)
        return std::nullopt;
    const auto asked =
        question(prepared.report, prepared.row.device, prepared.ward, prepared.measured, restriction);
    if (!asked) return failure(asked.error());
    auto decided = decide(*asked, prepared.row);
    if (auto* settlement = std::get_if<store::Settlement>(&decided)) return std::move(*settlement);
    return std::nullopt;
}

std::vector<audit::Event> DisclosureDesk::records_of(const std::vector<Prepared>& prepared) const {
    struct Disclosed {
        audit::Event event;
        Bytes reports;
    };
    const std::string actor = "destination:" + settings_.name;
    const std::string object = disclosure_of(settings_);
    std::map<model::Pseudonym, Disclosed> by_person;
    for (const auto& one : prepared) {
        if (!one.report.subject) continue;
        auto [place, fresh] = by_person.try_emplace(*one.report.subject);
        Disclosed& disclosed = place->second;
        if (fresh) {
            disclosed.event.actor = actor;
            disclosed.event.action = audit::Action::disclosed;
            disclosed.event.subject = one.report.subject;
            disclosed.event.object = object;
            disclosed.event.rule = one.permit.rule();
            disclosed.event.count = 0;
        }
        ++disclosed.event.count;
        append_big_endian(disclosed.reports, one.row.report, 8);
    }
    std::vector<audit::Event> events;
    events.reserve(by_person.size());
    for (auto& [subject, disclosed] : by_person) {
        disclosed.event.details = crypto::sha256(disclosed.reports);
        events.push_back(std::move(disclosed.event));
    }
    return events;
}

}  // namespace edgeward::delivery
