#include <edgeward/anchoring/anchor_service.hpp>

#include <catch2/catch_test_macros.hpp>

#include "house.hpp"
#include "support/syslog_collector.hpp"

namespace edgeward::anchoring {
namespace {

using support::eventually;
using support::SyslogCollector;

AnchorService::Parts parts_of(House& house, const config::Credentials& credentials) {
    return {*house.store.reader, *house.store.writer, credentials,  house.folder.path(),
            system_clock(),      system_random(),     house.metrics};
}

}  // namespace

TEST_CASE("without anchors the service is there and does nothing", "[anchor_service]") {
    House house;
    const config::Credentials none;
    auto service = AnchorService::open({}, {}, parts_of(house, none));
    REQUIRE(service);
    (*service)->start();
    CHECK((*service)->health().empty());
    (*service)->stop();
}

TEST_CASE("the store's log goes to the SIEM while it grows", "[anchor_service][integration]") {
    House house;
    const SyslogCollector collector;
    const auto credentials = SyslogCollector::credentials();
    SiemSettings settings;
    settings.enabled = true;
    settings.endpoint = collector.endpoint();
    auto service = AnchorService::open(settings, {}, parts_of(house, credentials));
    REQUIRE(service);
    house.append(20);
    (*service)->start();
    house.append(20);
    CHECK(eventually([&] { return collector.messages().size() >= 40; }));
    REQUIRE((*service)->health().size() == 1);
    CHECK((*service)->health()[0].name == "siem");
    (*service)->stop();
}

TEST_CASE("anchors without their credentials do not open", "[anchor_service]") {
    House house;
    const config::Credentials none;
    SiemSettings siem;
    siem.enabled = true;
    siem.endpoint.host = "siem.example";
    auto opened = AnchorService::open(siem, {}, parts_of(house, none));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
    WitnessSettings witness;
    witness.enabled = true;
    witness.endpoint.url = "https://witness.example";
    opened = AnchorService::open({}, witness, parts_of(house, none));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::anchoring
