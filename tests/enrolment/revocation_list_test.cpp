// The openssl program reads the lists.
#include "revocation_list.hpp"

#include "bench.hpp"
#include "trust.hpp"

namespace edgeward::enrolment {
namespace {

struct Lists {
    Lists() : trust(load_trust(bench.settings, bench.credentials, bench.clock.now())) { REQUIRE(trust); }
    RevocationList list(std::string further = {}) {
        return {bench.settings.crl_file, std::move(further), trust->authority, *bench.book};
    }
    std::string field(const std::string& name) {
        bench.devices.must({"crl", "-in", bench.settings.crl_file.string(), "-noout", "-" + name});
        return bench.devices.said();
    }
    Bench bench;
    Result<Trust> trust;
};

}  // namespace

TEST_CASE("each list says that it is newer than the one before", "[revocation_list]") {
    Lists lists;
    auto list = lists.list();
    REQUIRE(list.publish(lists.bench.clock.now()));
    const auto first = lists.field("lastupdate");
    const auto number = lists.field("crlnumber");
    REQUIRE(list.publish(lists.bench.clock.now()));  // within the same second
    CHECK(lists.field("lastupdate") != first);
    CHECK(lists.field("crlnumber") != number);
}

TEST_CASE("a list is made anew every day and when it is behind", "[revocation_list]") {
    Lists lists;
    auto list = lists.list();
    REQUIRE(list.publish(lists.bench.clock.now()));
    const auto first = lists.field("lastupdate");
    lists.bench.clock.pass(24h);
    REQUIRE(list.keep_fresh(lists.bench.clock.now()));
    CHECK(lists.field("lastupdate") == first);
    list.expect();
    REQUIRE(list.keep_fresh(lists.bench.clock.now()));
    const auto second = lists.field("lastupdate");
    CHECK(second != first);
    lists.bench.clock.pass(24h + 1s);
    REQUIRE(list.keep_fresh(lists.bench.clock.now()));
    CHECK(lists.field("lastupdate") != second);
}

TEST_CASE("what the list says beyond the book is taken over and stays", "[revocation_list]") {
    Lists lists;
    auto& bench = lists.bench;
    const auto enrol = [&](const std::string& id) {
        return Bench::granted(
            bench.service().enrol({bench.asks(id, id), bench.token_for({.id = id, .kind = "pump"}), {}}));
    };
    const auto early = enrol("pump-1");
    const support::ScratchFolder kept;  // devices.db as it was before what follows
    for (const char* ending : {"", "-wal"}) {
        const std::string name = std::string(book_file) + ending;
        if (std::filesystem::exists(bench.folder / name))
            std::filesystem::copy_file(bench.folder / name, kept / name);
    }
    const auto late = enrol("pump-2");
    REQUIRE(bench.service().revoke("pump-1", "stolen", "user:1"));
    REQUIRE(bench.service().revoke("pump-2", "stolen", "user:1"));
    bench.book.emplace(DeviceBook::open(kept.path(), bench.keys).value());
    REQUIRE_FALSE(bench.book->device("pump-1").value()->revoked);
    auto again = bench.open();  // reads the list, and publishes
    REQUIRE(again);
    CHECK(bench.book->device("pump-1").value()->revoked);
    CHECK(bench.events.back().action == audit::Action::device_revoked);
    CHECK(bench.events.back().object == "pump-1");
    CHECK_FALSE(bench.broker_takes(early));
    CHECK_FALSE(bench.broker_takes(late));
    // And so at every start from then on.
    again = bench.open();
    REQUIRE(again);
    CHECK_FALSE(bench.broker_takes(late));
}

TEST_CASE("lists of other authorities stand behind ours", "[revocation_list]") {
    Lists lists;
    const auto other = crypto::make_authority("Other", lists.bench.clock.now(), 24h);
    const auto theirs = crypto::make_revocation_list(*other, {}, lists.bench.clock.now(), 24h);
    auto list = lists.list(*theirs);
    REQUIRE(list.publish(lists.bench.clock.now()));
    const auto text = support::text_of_file(lists.bench.settings.crl_file);
    CHECK(text.ends_with(*theirs));
    CHECK(text.size() > theirs->size());
    CHECK(std::filesystem::status(lists.bench.settings.crl_file).permissions() ==
          std::filesystem::perms(0644));  // the broker is another user
}

TEST_CASE("what has ended leaves the list a day later", "[revocation_list]") {
    Lists lists;
    auto& bench = lists.bench;
    const auto token = bench.token_for({"pump-7", "pump"});
    Bench::granted(bench.service().enrol({bench.asks("a", "pump-7"), token, {}}));
    REQUIRE(bench.service().revoke("pump-7", "retired", "user:1000"));
    const auto count = [&] {
        auto list = lists.list();
        REQUIRE(list.publish(bench.clock.now()));
        bench.devices.must({"crl", "-in", bench.settings.crl_file.string(), "-noout", "-text"});
        return bench.devices.says("No Revoked Certificates") ? 0 : 1;
    };
    CHECK(count() == 1);
    bench.clock.pass(bench.settings.lifetime + 23h);
    CHECK(count() == 1);
    bench.clock.pass(2h);
    CHECK(count() == 0);
}

TEST_CASE("without a file nothing is written", "[revocation_list]") {
    Lists lists;
    RevocationList none({}, {}, lists.trust->authority, *lists.bench.book);
    CHECK(none.publish(lists.bench.clock.now()));
    CHECK(none.keep_fresh(lists.bench.clock.now()));
}

}  // namespace edgeward::enrolment
