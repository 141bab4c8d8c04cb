#include "renderer.hpp"

#include <catch2/catch_test_macros.hpp>

#include "disclosure_desk.hpp"
#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;

namespace {

// One measurement of a known patient, prepared for a destination.
struct Case {
    explicit Case(DestinationSettings chosen) : settings(std::move(chosen)) {
        REQUIRE(ward.store.writer->run(
            [&](store::ObservationStore& store) { return store.set_destinations({settings.name}); }));
        model::Identity identity;
        identity.identifiers = {{"4711", "KIS", "MR"}};
        identity.family = "Canaryname";
        identity.given = "Erika";
        REQUIRE(ward.vault->admit(identity, "user:1"));
        REQUIRE(ward.vault->set_consent(
            {"4711", "KIS", "MR"},
            {model::Purpose::research, true, Instant{}, system_clock().now() + std::chrono::hours(1)},
            "user:1"));
        ward.measure("4711", "62.80");
        const DisclosureDesk desk(settings, *ward.vault, ward.technical_key, system_clock(),
                                  support::shipped_policy());
        auto rows = *ward.store.reader->pending(settings.name, 0, 1);
        prepared.push_back(std::get<Prepared>(*desk.examine(rows.front())));
    }
    transport::OutboundMessage render() {
        const device::DeviceRegistry devices({Ward::device()});
        auto message = Renderer(settings, *ward.vault, ward.pseudonymizer, devices).render(prepared);
        REQUIRE(message);
        return *std::move(message);
    }

    Ward ward;
    DestinationSettings settings;
    std::vector<Prepared> prepared;
};

DestinationSettings as_fhir(DestinationSettings settings) {
    FhirForm form;
    form.bundle.device_system = "urn:test:device";
    form.bundle.pseudonym_system = "urn:test:pseudonym";
    form.bundle.authorities["KIS"] = {"urn:test:patient", "MR"};
    settings.form = form;
    return settings;
}

bool has(const transport::OutboundMessage& message, std::string_view text) {
    return message.body.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("an identified HL7 message names the patient and the device", "[renderer]") {
    Case one(kis());
    const auto message = one.render();
    CHECK(has(message, "Canaryname^Erika"));
    CHECK(has(message, "4711^^^KIS"));
    CHECK(has(message, "0123456789ABCDEF"));
    CHECK(has(message, "|62.80|"));
    CHECK(message.identifier.size() == 20);
    CHECK(has(message, "|" + message.identifier + "|"));
}

TEST_CASE("rendering again gives the same octets and the same control id", "[renderer]") {
    Case one(kis());
    const auto first = one.render();
    const auto second = one.render();
    CHECK(first.body == second.body);
    CHECK(first.identifier == second.identifier);
}

TEST_CASE("a pseudonymous message has the pseudonym of its domain and nothing that leads back",
          "[renderer]") {
    for (auto settings : {research(), as_fhir(research())}) {
        Case one(std::move(settings));
        const auto message = one.render();
        CHECK(has(message, "RES1-"));
        for (const char* identifying :
             {"Canaryname", "Erika", "4711", "0123456789ABCDEF", "SERIAL-0815", "ICU", "monitor-1"}) {
            CAPTURE(identifying);
            CHECK_FALSE(has(message, identifying));
        }
    }
}

TEST_CASE("two domains get different identifiers of the same measurement", "[renderer]") {
    Case one(as_fhir(research()));
    const auto first = one.render();
    one.settings.domain = "quality";
    const auto second = one.render();
    CHECK(first.identifier != second.identifier);
}

TEST_CASE("an authority nobody configured keeps the message back as a matter for the operator",
          "[renderer]") {
    Case one(kis());
    std::get<Hl7Form>(one.settings.form).message.authorities.clear();
    const device::DeviceRegistry devices({Ward::device()});
    const auto message =
        Renderer(one.settings, *one.ward.vault, one.ward.pseudonymizer, devices).render(one.prepared);
    REQUIRE_FALSE(message);
    CHECK(message.error().kind == ErrorKind::misconfigured);
    CHECK(message.error().message.find("4711") == std::string::npos);
}

TEST_CASE("results of one order share its number and others do not", "[renderer]") {
    Case one(kis());
    const auto order_of_message = [&] {
        const auto body = one.render().body;
        const auto at = body.find("OBR|1||");
        return body.substr(at + 7, 20);
    };
    const auto by_report = order_of_message();
    one.prepared.front().report.order = {1, 2, 3};
    const auto by_order = order_of_message();
    CHECK(by_order != by_report);
    one.prepared.front().row.report += 1;
    CHECK(order_of_message() == by_order);
    one.prepared.front().report.order = {4};
    CHECK(order_of_message() != by_order);
}
