#include <edgeward/store/report_seal.hpp>

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

model::Report sample() {
    model::Report report;
    report.subject = person(3);
    report.device = "monitor-1";
    report.received = at_second(1);
    model::Observation one;
    one.id = observation(5);
    one.code.mdc_refid = "MDC_ECG_HEART_RATE";
    one.value = model::Quantity{model::Decimal::from_integer(72), "/min", ""};
    one.effective.utc = at_second(0);
    report.observations = {one};
    return report;
}

Delivery row_of(const SealedReport& sealed) {
    Delivery row;
    row.subject = sealed.subject;
    row.device = sealed.device;
    row.received = sealed.received;
    row.sealed = sealed.sealed;
    return row;
}

}  // namespace

TEST_CASE("a sealed report opens with its key in its own row", "[report_seal]") {
    const crypto::SealingKey key(Secret(Bytes(32, 1)));
    const SealedReport sealed = seal_report(sample(), key);
    CHECK(sealed.observations == std::vector<model::ObservationId>{observation(5)});
    CHECK(sealed.effective == at_second(0));
    const auto opened = open_report(row_of(sealed), key);
    REQUIRE(opened);
    CHECK(opened->observations == sample().observations);
    CHECK(opened->subject == person(3));
}

TEST_CASE("a sealed report moved to another row does not open", "[report_seal]") {
    const crypto::SealingKey key(Secret(Bytes(32, 1)));
    const SealedReport sealed = seal_report(sample(), key);
    Delivery row = row_of(sealed);
    row.subject = person(4);
    CHECK(open_report(row, key).error().kind == ErrorKind::corrupt);
    row = row_of(sealed);
    row.device = "monitor-2";
    CHECK_FALSE(open_report(row, key));
    row = row_of(sealed);
    row.received += std::chrono::milliseconds(1);
    CHECK_FALSE(open_report(row, key));
    CHECK_FALSE(open_report(row_of(sealed), crypto::SealingKey(Secret(Bytes(32, 2)))));
}

TEST_CASE("what a peer said is sealed and nothing stays nothing", "[report_seal]") {
    const crypto::SealingKey key(Secret(Bytes(32, 1)));
    const Bytes sealed = seal_foreign("AR|unknown visit", key);
    CHECK(text_of(sealed).find("visit") == std::string_view::npos);
    CHECK(open_foreign(sealed, key).value() == "AR|unknown visit");
    CHECK(seal_foreign("", key).empty());
    CHECK(open_foreign({}, key).value().empty());
}

}  // namespace edgeward::store
