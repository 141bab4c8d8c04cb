#include "erasure.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/database/page_reader.hpp>
#include <edgeward/store/recount.hpp>

#include <algorithm>

#include "bench.hpp"
#include "sound.hpp"

namespace edgeward::store {
namespace {

using Numbers = std::vector<std::uint64_t>;

// Reports 1, 2, …: of person 1 and 2 in turn.
void fill(Bench& bench, std::uint64_t count) {
    std::vector<Inbound> messages;
    for (std::uint64_t i = 0; i < count; ++i)
        messages.push_back(stored_message(10 * (i + 1), 1, i % 2 == 0 ? 1 : 2));
    REQUIRE(bench.record(std::move(messages)));
}

ErasedReports erase(Bench& bench, const Numbers& reports, std::uint8_t subject = 1) {
    ErasedReports erased;
    REQUIRE(bench.change([&](ObservationStore& store) -> Result<void> {
        auto done = store.erase_reports(reports, {person(subject)}, "erasure request 1");
        if (!done) return failure(done.error());
        erased = *done;
        return {};
    }));
    return erased;
}

Numbers of_person(const Bench& bench, std::uint8_t subject) {
    const auto theirs = [&](const model::Pseudonym& one) { return one == person(subject); };
    return bench.parts.reader->reports_of(theirs, 0, 1000)->reports;
}

DestinationBook book_of(const Bench& bench, const std::string& name) {
    return bench.parts.reader->destination_books()->at(name);
}

// At how many places of the file and the log the octets lie.
std::uint64_t found(const Bench& bench, ByteView wanted) {
    std::uint64_t places = 0;
    const auto read = database::read_every_page(
        bench.settings.folder / "store.db", bench.keys.key(crypto::key_name::store).value(),
        [&](ByteView page) {
            for (auto at = page.begin();
                 (at = std::search(at, page.end(), wanted.begin(), wanted.end())) != page.end(); ++at)
                ++places;
        });
    REQUIRE(read);
    CHECK(read->unauthentic == 0);
    return places;
}

}  // namespace

TEST_CASE("what waits of an erased person ends as erased and the rest stays", "[erasure]") {
    Bench bench;
    fill(bench, 6);
    REQUIRE(bench.settle("kis", {ended(1), ended(3, DeliveryState::dead, "AR"), ended(2)}));
    REQUIRE(bench.settle("research", {parked_until(1, at_second(9))}));
    const auto survey =
        bench.parts.reader->reports_of([](const auto& one) { return one == person(1); }, 0, 1000);
    CHECK(survey->reports == Numbers{1, 3, 5});
    CHECK(survey->deliveries.at("kis").at(DeliveryState::delivered) == 1);
    CHECK(survey->deliveries.at("kis").at(DeliveryState::dead) == 1);
    CHECK(survey->deliveries.at("research").at(DeliveryState::parked) == 1);

    const auto erased = erase(bench, {1, 2, 3, 5});
    CHECK(erased.reports == 3);
    CHECK(erased.deliveries == std::map<std::string, std::uint64_t>{{"kis", 2}, {"research", 3}});
    CHECK(of_person(bench, 1).empty());
    CHECK(of_person(bench, 2) == Numbers{2, 4, 6});
    const auto kis = book_of(bench, "kis");
    CHECK(kis.erased == 2);
    CHECK(kis.delivered == 2);
    CHECK(kis.dead == 0);
    CHECK(kis.pending == 2);
    CHECK(book_of(bench, "research").parked == 0);
    check_sound(bench);
    CHECK(erase(bench, {1, 3, 5}).reports == 0);  // once more
    CHECK(book_of(bench, "kis").erased == 2);
    bench.close();
    bench.open();
    check_sound(bench);
}

TEST_CASE("an erasure leaves records of what it took where", "[erasure]") {
    Bench bench({"kis"});
    fill(bench, 2);
    erase(bench, {1});
    std::vector<audit::Event> events;
    for (const auto& record : bench.records()) {
        if (record.event.rule == "erasure request 1") events.push_back(record.event);
    }
    REQUIRE(events.size() == 2);
    CHECK(events[0].action == audit::Action::reports_removed);
    CHECK(events[0].object == "reports 1-1");
    CHECK(events[0].count == 1);
    CHECK(events[1].action == audit::Action::deliveries_erased);
    CHECK(events[1].actor == "destination:kis");
    CHECK(events[1].details == events[0].details);
    CHECK_FALSE(events[1].subject);
}

TEST_CASE("claims begin behind what was erased", "[erasure]") {
    Bench bench({"kis"});
    fill(bench, 3);
    erase(bench, {1, 3});
    const auto pending = bench.parts.reader->pending("kis", 0, 10);
    REQUIRE(pending->size() == 1);
    CHECK(pending->front().report == 2);
    REQUIRE(bench.settle("kis", {ended(1)}));  // its answer came late
    CHECK(book_of(bench, "kis").delivered == 0);
    CHECK(book_of(bench, "kis").erased == 2);
}

TEST_CASE("a stretch of reports tells how far it looked", "[erasure]") {
    Bench bench;
    fill(bench, 5);
    const auto anybody = [](const model::Pseudonym&) { return true; };
    const auto first = bench.parts.reader->reports_of(anybody, 0, 2);
    CHECK(first->reports == Numbers{1, 2});
    CHECK(first->looked_to == 2);
    const auto last = bench.parts.reader->reports_of(anybody, 4, 2);
    CHECK(last->reports == Numbers{5});
    CHECK(last->looked_to == 0);
}

TEST_CASE("messages that name the person leave quarantine and every page", "[erasure]") {
    Bench bench;
    std::vector<Inbound> messages;
    for (std::uint8_t i = 0; i < 60; ++i) {
        auto message = quarantined_message("no_mapping", i, "monitor-1");
        std::get<Quarantined>(message.fate).sealed_payload = Bytes(900, i);
        messages.push_back(std::move(message));
    }
    REQUIRE(bench.record(std::move(messages)));
    const Bytes wanted(64, 33);
    CHECK(found(bench, wanted) > 0);
    Numbers ids;
    for (std::uint64_t id = 30; id < 40; ++id)
        ids.push_back(id);
    ids.push_back(777);
    std::uint64_t erased = 0;
    REQUIRE(bench.change([&](ObservationStore& store) -> Result<void> {
        const auto done = store.erase_quarantine(ids, "request 4");
        if (!done) return failure(done.error());
        erased = *done;
        return {};
    }));
    CHECK(erased == 10);
    CHECK(bench.parts.reader->quarantine(100)->size() == 50);
    CHECK(bench.parts.reader->quarantine_entry(40)->sealed_payload == Bytes(900, 39));
    CHECK_FALSE(bench.parts.reader->quarantine_entry(33));
    REQUIRE(bench.parts.writer->move_log());
    CHECK(found(bench, wanted) == 0);
    CHECK(found(bench, Bytes(64, 41)) > 0);
    const auto book = bench.parts.reader->inbound_book("monitor-1");
    CHECK(book->quarantined == 50);
    CHECK(book->refused_messages.at("erased") == 10);
    CHECK(book->balances());
    check_sound(bench);
    CHECK(bench.records().back().event.object == "device monitor-1 request 4");
}

}  // namespace edgeward::store
