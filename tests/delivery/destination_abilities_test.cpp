// What a FHIR destination states of itself: src/delivery/destination_abilities.cpp.

#include <catch2/catch_test_macros.hpp>

#include "destination_flow.hpp"
#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using support::eventually;

namespace {

// FHIR R4 CapabilityStatement of a server that takes transactions, less what `without` names.
std::string statement(const std::string& version, bool transaction = true) {
    const std::string create = R"("interaction":[{"code":"create"}]})";
    return R"({"resourceType":"CapabilityStatement","date":")" + to_rfc3339(system_clock().now()) +
           R"(","software":{"name":"KIS","version":")" + version +
           R"("},"format":["application/fhir+json"],"rest":[{"mode":"server",)" +
           (transaction ? R"("interaction":[{"code":"transaction"}],)" : "") +
           R"("resource":[{"type":"Patient",)" + create + R"(,{"type":"Device",)" + create +
           R"(,{"type":"Observation",)" + create + "]}]}";
}

DestinationSettings fhir_kis() {
    auto settings = kis();
    FhirForm form;
    form.bundle.device_system = "urn:test:device";
    form.bundle.authorities["KIS"] = {"urn:test:patient", "MR"};
    settings.form = form;
    return settings;
}

bool says(Ward& ward, const std::string& line) {
    return eventually([&] { return ward.metrics.expose().find(line + "\n") != std::string::npos; });
}

std::size_t changes(Ward& ward) {
    std::size_t count = 0;
    REQUIRE(ward.store.reader->export_audit(
        1, 1000,
        [&](const audit::Record& record) {
            if (record.event.action != audit::Action::capabilities_changed) return;
            CHECK(record.event.object == "kis");
            ++count;
        },
        [](std::string_view) {}));
    return count;
}

constexpr auto changed = "edgeward_destination_abilities_changed_total{destination=\"kis\"} ";
constexpr auto missing = "edgeward_destination_abilities_missing{destination=\"kis\"} ";

// The statement is remembered when a delivery asked for after it has been.
void look(Ward& ward, const std::string& said) {
    ward.peer("kis").set_abilities(said);
    const auto asked = ward.peer("kis").asked();
    ward.apply({fhir_kis()});
    REQUIRE(eventually([&] { return ward.peer("kis").asked() > asked; }));
}

}  // namespace

TEST_CASE("a statement that changes is told once and audited", "[destination_abilities]") {
    Ward ward;
    look(ward, statement("1"));
    CHECK(says(ward, std::string(missing) + "0"));
    look(ward, statement("1"));  // another date only
    look(ward, statement("2"));
    CHECK(says(ward, std::string(changed) + "1"));
    CHECK(changes(ward) == 1);
    look(ward, statement("2"));
    look(ward, statement("3"));
    CHECK(says(ward, std::string(changed) + "2"));
    CHECK(changes(ward) == 2);
}

TEST_CASE("what the messages need and the statement lacks is counted", "[destination_abilities]") {
    Ward ward;
    look(ward, statement("1", false));
    CHECK(says(ward, std::string(missing) + "1"));
    look(ward, statement("1"));
    CHECK(says(ward, std::string(missing) + "0"));
}

TEST_CASE("deliveries go on without a statement", "[destination_abilities]") {
    Ward ward;
    for (const char* said : {"", "<html>not found</html>", R"({"resourceType":"OperationOutcome"})"}) {
        look(ward, said);
        ward.measure("4711", "62");
    }
    CHECK(ward.delivered("kis", 3));
    CHECK(changes(ward) == 0);
}
