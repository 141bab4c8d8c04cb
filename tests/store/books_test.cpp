#include "books.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {

TEST_CASE("messages are counted per device and over all", "[books]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1), stored_message(10, 3, 1, "pump-7"), refused_message("retained"),
                          quarantined_message("unknown_device")}));
    const InboundBook all = bench.reader().inbound_book().value();
    CHECK(all.received == 4);
    CHECK(all.stored == 2);
    CHECK(all.refused == 1);
    CHECK(all.quarantined == 1);
    CHECK(all.reports == 2);
    CHECK(all.observations == 5);
    CHECK(all.refused_messages.at("retained") == 1);
    CHECK(all.quarantined_by_reason.at("unknown_device") == 1);
    const InboundBook pump = bench.reader().inbound_book("pump-7").value();
    CHECK(pump.received == 1);
    CHECK(pump.observations == 3);
    CHECK(bench.reader().inbound_book("no such device")->received == 0);
    CHECK(bench.reader().devices().value() == std::vector<std::string>{"monitor-1", "pump-7"});
}

TEST_CASE("refused values are counted beside the messages", "[books]") {
    Bench bench;
    Inbound message = stored_message(1);
    std::get<Stored>(message.fate).refused_values = {{"not_a_number", 2}, {"unknown_unit", 1}};
    message.unlisted = 4;
    Inbound refused = refused_message("nothing_measured");
    std::get<Refused>(refused.fate).refused_values = {{"not_a_number", 3}};
    refused.unlisted = 2;
    REQUIRE(bench.record({message, refused}));
    const InboundBook book = bench.reader().inbound_book().value();
    CHECK(book.refused_values.at("not_a_number") == 5);
    CHECK(book.refused_values.at("unknown_unit") == 1);
    CHECK(book.unlisted == 6);
    CHECK(book.received == book.stored + book.quarantined + book.refused);
}

TEST_CASE("the books go on after a restart", "[books]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1)}));
    bench.reopen();
    REQUIRE(bench.record({stored_message(11)}));
    CHECK(bench.reader().inbound_book("monitor-1")->received == 2);
}

TEST_CASE("audit records of refusals, quarantine and expiry tell whose messages they were", "[books]") {
    Bench bench;
    REQUIRE(
        bench.record({refused_message("retained", "monitor-1"), refused_message("retained", "pump-7"),
                      refused_message("retained", "pump-7"), quarantined_message("no_mapping", 1, "pump-7"),
                      quarantined_message("unknown_device")}));
    REQUIRE(bench.change([](ObservationStore& store) -> Result<void> {
        auto expired = store.expire_quarantine(at_second(50));
        if (!expired) return failure(expired.error());
        return {};
    }));
    std::vector<std::string> told;
    for (const auto& record : bench.records())
        told.push_back(record.event.actor + " " + std::string(audit::name_of(record.event.action)) + " " +
                       record.event.object + " " + std::to_string(record.event.count));
    CHECK(told == std::vector<std::string>{
                      "gateway quarantined unknown_device 1", "device:pump-7 quarantined no_mapping 1",
                      "device:monitor-1 refused retained 1", "device:pump-7 refused retained 2",
                      "gateway quarantine_expired device pump-7 received before "
                      "2026-11-23T18:37:30.000Z 1",
                      "gateway quarantine_expired received before "
                      "2026-11-23T18:37:30.000Z 1"});
}

TEST_CASE("the device a record stands for can be read back", "[books]") {
    for (const char* device : {"monitor-1", "a.b_c", ""}) {
        CAPTURE(device);
        CHECK(device_in_actor(device_actor(device)) == device);
        CHECK(device_in_expired(expired_object(device, at_second(1))) == device);
    }
    CHECK(device_in_actor("destination:kis").empty());
}

}  // namespace edgeward::store
