#include <edgeward/enrolment/account_desk.hpp>

#include "bench.hpp"
#include "fake_broker.hpp"

namespace edgeward::enrolment {
namespace {

using audit::Action;

struct Room {
    AccountDesk& desk() {
        if (!desk_) {
            desk_ = std::make_unique<AccountDesk>(AccountDesk::Parts{
                *bench.book, broker, bench.clock, system_random(), bench.metrics,
                [this](audit::Event event) -> Result<void> {
                    if (bench.log_full) return failure(ErrorKind::exhausted, "no room");
                    bench.events.push_back(std::move(event));
                    return {};
                },
                [this](const DeviceEntry& entry) { return bench.service().check_entry(entry); },
                [this] { ++bench.changes; }});
            bench.withdraw = [this](const std::string& id) { return desk_->withdraw(id); };
        }
        return *desk_;
    }
    NewAccount made(const std::string& id, const std::string& kind = "pump") {
        auto account = desk().make(entry(id, kind), "user:1000");
        REQUIRE(account);
        return *std::move(account);
    }
    static DeviceEntry entry(const std::string& id, const std::string& kind = "pump") {
        DeviceEntry made;
        made.id = id;
        made.kind = kind;
        made.location.ward = kind.empty() ? "" : "ICU";
        return made;
    }
    [[nodiscard]] bool shows(const std::string& line) const {
        return bench.metrics.expose().find(line + "\n") != std::string::npos;
    }

    Bench bench;
    FakeBroker broker;

private:
    std::unique_ptr<AccountDesk> desk_;
};

}  // namespace

TEST_CASE("a device gets an account and is registered, and the password is nowhere here", "[account_desk]") {
    Room room;
    const auto made = room.made("pump-7");
    CHECK(made.user == "pump-7");
    CHECK(made.password.size() == 32);  // 192 bits in base64url
    CHECK(room.broker.accounts.at("pump-7").second == made.password);
    CHECK((**room.bench.book->device("pump-7")).origin == "password");
    CHECK(room.bench.book->accounts()->contains("pump-7"));
    CHECK(room.bench.changes == 1);
    REQUIRE(room.bench.told(Action::device_password_made) == 1);
    CHECK(room.bench.events.back().actor == "user:1000");
    CHECK(room.bench.events.back().object == "pump-7");
    room.desk().maintain();
    CHECK(room.shows("edgeward_device_accounts 1"));
    CHECK(room.shows("edgeward_device_accounts_unsettled 0"));
}

TEST_CASE("another password takes the place of the first and keeps what is known", "[account_desk]") {
    Room room;
    const auto first = room.made("pump-7");
    const auto second = room.made("pump-7", "");
    CHECK(first.password != second.password);
    CHECK(room.broker.accounts.at("pump-7").second == second.password);
    CHECK((**room.bench.book->device("pump-7")).entry.location.ward == "ICU");
}

TEST_CASE("nobody gets an account who may not be a device, or has a better proof", "[account_desk]") {
    Room room;
    for (const char* id : {"gateway", "no device", ""})
        CHECK_FALSE(room.desk().make(Room::entry(id), "user:1000"));
    CHECK_FALSE(room.desk().make(Room::entry("monitor-1", ""), "user:1000"));
    room.bench.configured.insert("monitor-1");
    CHECK(room.desk().make(Room::entry("monitor-1", ""), "user:1000"));
    Bench::granted(room.bench.service().enrol(
        {room.bench.asks("a", "pump-9"), room.bench.token_for({"pump-9", "pump"}), {}}));
    CHECK(room.desk().make(Room::entry("pump-9"), "user:1000").error().kind == ErrorKind::rejected);
    room.broker.accounts["admin"] = {{"admin", false}, "theirs"};
    CHECK(room.desk().make(Room::entry("admin"), "user:1000").error().kind == ErrorKind::rejected);
    room.desk().maintain();
    CHECK(room.broker.accounts.at("admin").second == "theirs");
}

TEST_CASE("without the broker nothing is made and nothing changes", "[account_desk]") {
    Room room;
    const auto made = room.made("pump-7");
    room.broker.away = true;
    for (const char* id : {"pump-7", "pump-8"})
        CHECK(room.desk().make(Room::entry(id), "user:1000").error().kind == ErrorKind::unavailable);
    CHECK(*room.bench.book->accounts() == std::set<std::string>{"pump-7"});
    CHECK_FALSE(room.bench.book->device("pump-8")->has_value());
    CHECK(room.broker.accounts.at("pump-7").second == made.password);
    CHECK(room.bench.told(Action::device_password_made) == 1);
}

TEST_CASE("without its record no account is made", "[account_desk]") {
    Room room;
    room.bench.log_full = true;
    CHECK(room.desk().make(Room::entry("pump-7"), "user:1000").error().kind == ErrorKind::exhausted);
    CHECK(room.broker.accounts.empty());
    CHECK(room.bench.book->accounts()->empty());
}

TEST_CASE("an account nobody has the password of is taken away again", "[account_desk]") {
    Room room;
    room.broker.silent = true;
    CHECK(room.desk().make(Room::entry("pump-7"), "user:1000").error().kind == ErrorKind::ambiguous);
    CHECK(room.broker.accounts.contains("pump-7"));
    room.desk().maintain();
    CHECK(room.broker.accounts.empty());
    CHECK(room.bench.told(Action::device_password_ended) == 1);
}

TEST_CASE("who is revoked loses the account at once, or as soon as the broker is there", "[account_desk]") {
    Room room;
    room.made("pump-7");
    room.made("pump-8");
    REQUIRE(room.bench.service().revoke("pump-7", "lost", "user:1000"));
    CHECK_FALSE(room.broker.accounts.contains("pump-7"));
    room.broker.away = true;
    CHECK(room.bench.service().revoke("pump-8", "lost", "user:1000").error().kind == ErrorKind::ambiguous);
    room.desk().maintain();
    CHECK(room.shows("edgeward_device_accounts_unsettled 1"));
    CHECK(room.broker.accounts.contains("pump-8"));
    room.broker.away = false;
    room.desk().maintain();
    CHECK(room.broker.accounts.empty());
    CHECK(room.shows("edgeward_device_accounts_unsettled 0"));
    CHECK(room.shows("edgeward_device_accounts 0"));
    // One without an account needs no broker.
    room.broker.away = true;
    room.bench.configured.insert("monitor-1");
    CHECK(room.bench.service().revoke("monitor-1", "lost", "user:1000"));
}

TEST_CASE("a device that gets a certificate has no account any more", "[account_desk]") {
    Room room;
    room.made("pump-7");
    Bench::granted(room.bench.service().enrol(
        {room.bench.asks("a", "pump-7"), room.bench.token_for({"pump-7", "pump"}), {}}));
    room.desk().maintain();
    CHECK(room.broker.accounts.empty());
}

TEST_CASE("the broker is looked at every few minutes and what it lacks is counted", "[account_desk]") {
    Room room;
    room.made("pump-7");
    room.desk().maintain();
    const int before = room.broker.listed;
    room.desk().maintain();
    CHECK(room.broker.listed == before);
    room.broker.accounts.clear();  // its file was put back
    room.broker.accounts["pump-1"] = {{"pump-1", true}, "old"};
    room.bench.clock.pass(5min);
    room.desk().maintain();
    CHECK(room.broker.accounts.empty());
    CHECK(room.shows("edgeward_device_accounts_missing 1"));
    CHECK(room.bench.told(Action::device_password_ended) == 1);
}

}  // namespace edgeward::enrolment
