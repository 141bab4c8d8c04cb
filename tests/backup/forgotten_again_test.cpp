#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/held_messages.hpp>
#include <edgeward/store/recount.hpp>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

void hold(Yard& yard, const std::string& payload) {
    const crypto::SealingKey key(*yard.keys.key(crypto::key_name::quarantine));
    store::Inbound message = store::quarantined_message("no_mapping");
    auto& fate = std::get<store::Quarantined>(message.fate);
    fate.sealed_topic = store::seal_held_topic("devices/monitor-1/data", key);
    fate.sealed_payload = store::seal_held_payload(bytes_of(payload), key);
    must(yard.store.writer->run([&](store::ObservationStore& to) { return to.record({message}); }));
}

}  // namespace

TEST_CASE("what came back of an erased person is taken out of the store again", "[forgotten_again]") {
    Yard yard;
    const auto gone = yard.take_in("KANARIE-4711");
    const auto stays = yard.take_in("KANARIE-4712");
    hold(yard, R"({"patient":"KANARIE-4711"})");
    hold(yard, R"({"patient":"KANARIE-4712"})");
    yard.close();
    const auto older = yard.data() / "older";
    std::filesystem::copy_file(yard.data() / "vault.db", older);
    yard.open();
    REQUIRE(yard.vault->erase(gone));
    yard.close();
    std::filesystem::rename(older, yard.data() / "vault.db");
    yard.open();
    REQUIRE(yard.vault->erasures().replayed == 1);

    REQUIRE(forget_again(yard.data(), yard.keys, yard.store, *yard.vault, Instant{}));
    const auto anybody = [](const model::Pseudonym&) { return true; };
    CHECK(yard.store.reader->reports_of(anybody, 0, 10)->reports == std::vector<std::uint64_t>{2});
    CHECK(yard.store.reader->destination_books()->at("kis").erased == 1);
    CHECK(yard.store.reader->destination_books()->at("kis").pending == 1);
    const auto held = yard.store.reader->quarantine(10);
    REQUIRE(held->size() == 1);
    CHECK(held->front().id == 2);
    CHECK(yard.vault->subject(stays).value());
    REQUIRE(forget_again(yard.data(), yard.keys, yard.store, *yard.vault, Instant{}));  // once more
    CHECK(yard.store.reader->destination_books()->at("kis").erased == 1);
    yard.close();
    const auto counted =
        store::Reconciler::open({yard.data(), {}, {}}, yard.keys)->reconcile(store::Depth::rows, [] {
            return false;
        });
    REQUIRE(counted);
    CHECK(counted->differences.empty());
}

TEST_CASE("a store without an erased person stays as it is", "[forgotten_again]") {
    Yard yard;
    yard.take_in("KANARIE-4711");
    const auto records = yard.store.reader->chain()->sequence;
    REQUIRE(forget_again(yard.data(), yard.keys, yard.store, *yard.vault, Instant{}));
    CHECK(yard.store.reader->chain()->sequence == records);
}

}  // namespace edgeward::backup
