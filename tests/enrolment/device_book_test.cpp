#include <edgeward/enrolment/device_book.hpp>

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "support/at_once.hpp"
#include "support/program.hpp"

namespace edgeward::enrolment {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{1'700'000'000'000ms};

crypto::Digest digest(std::uint8_t value) {
    crypto::Digest made{};
    made.fill(value);
    return made;
}

KnownDevice pump(std::string id = "pump-7") {
    return {
        {std::move(id), "pump", {"ICU", "3", "2"}, "S1", "00A0C9FFFE123456", "1.2"}, false, "token", start};
}

IssuedCertificate certificate(std::uint8_t number, std::string device = "pump-7") {
    return {std::move(device),
            "PEM " + std::to_string(number),
            "0" + std::to_string(number),
            digest(number),
            digest(static_cast<std::uint8_t>(number + 100)),
            start,
            start + 24h,
            "token",
            {}};
}

struct Desk {
    Desk() {
        auto opened = DeviceBook::open(folder.path(), keys);
        REQUIRE(opened);
        book.emplace(*std::move(opened));
    }
    support::ScratchFolder folder;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    std::optional<DeviceBook> book;
};

}  // namespace

TEST_CASE("what the book knows survives a restart", "[device_book]") {
    Desk desk;
    REQUIRE(desk.book->record(pump(), certificate(1)));
    desk.book.reset();
    auto again = DeviceBook::open(desk.folder.path(), desk.keys);
    REQUIRE(again);
    const auto known = again->device("pump-7");
    REQUIRE(known);
    REQUIRE(*known);
    const DeviceEntry& entry = (**known).entry;
    CHECK(entry.kind == "pump");
    CHECK(entry.location == model::Location{"ICU", "3", "2"});
    CHECK(entry.serial == "S1");
    CHECK(entry.eui64 == "00A0C9FFFE123456");
    CHECK(entry.software == "1.2");
    CHECK((**known).since == start);
    const auto issued = again->certificate(digest(1));
    REQUIRE(issued);
    REQUIRE(*issued);
    CHECK((**issued).pem == "PEM 1");
    CHECK((**issued).key == digest(101));
    CHECK((**issued).not_after == start + 24h);
    CHECK_FALSE((**issued).revoked);
    CHECK_FALSE(again->certificate(digest(9))->has_value());
}

TEST_CASE("the file says nothing without its key", "[device_book]") {
    Desk desk;
    REQUIRE(desk.book->record(pump("hidden-device"), certificate(1, "hidden-device")));
    desk.book.reset();
    CHECK(support::text_of_file(desk.folder / book_file).find("hidden-device") == std::string::npos);
    const auto refused = DeviceBook::open(desk.folder.path(), crypto::KeyRing::generate());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::corrupt);
}

TEST_CASE("revoking takes the device and all it holds", "[device_book]") {
    Desk desk;
    REQUIRE(desk.book->record(pump(), certificate(1)));
    REQUIRE(desk.book->record(pump(), certificate(2)));
    REQUIRE(desk.book->record(pump("pump-8"), certificate(3, "pump-8")));
    CHECK(*desk.book->revoke("pump-7", start + 1h) == 2);
    CHECK((**desk.book->device("pump-7")).revoked);
    CHECK((**desk.book->device("pump-7")).entry.kind == "pump");
    CHECK_FALSE((**desk.book->device("pump-8")).revoked);
    CHECK(*desk.book->revoked_after(start) == std::vector<std::string>{"PEM 1", "PEM 2"});
    CHECK(desk.book->revoked_after(start + 24h)->empty());
    CHECK(*desk.book->revoke("pump-7", start + 2h) == 0);
    CHECK((**desk.book->certificate(digest(1))).revoked == start + 1h);
    CHECK(*desk.book->revoke("never-enrolled", start) == 0);
    CHECK((**desk.book->device("never-enrolled")).revoked);
    CHECK(desk.book->devices()->size() == 3);
}

TEST_CASE("an account is the device's until it is revoked or has a certificate", "[device_book]") {
    Desk desk;
    for (const char* id : {"pump-7", "pump-8", "pump-9"})
        REQUIRE(desk.book->keep_account({pump(id).entry, false, "password", start}));
    REQUIRE(desk.book->keep_account({pump().entry, false, "password", start + 1h}));  // another password
    CHECK((**desk.book->device("pump-7")).origin == "password");
    CHECK((**desk.book->device("pump-7")).since == start + 1h);
    CHECK(*desk.book->accounts() == std::set<std::string>{"pump-7", "pump-8", "pump-9"});
    REQUIRE(desk.book->revoke("pump-7", start + 2h));
    REQUIRE(desk.book->record(pump("pump-8"), certificate(1, "pump-8")));
    CHECK(*desk.book->accounts() == std::set<std::string>{"pump-9"});
    REQUIRE(desk.book->drop_account("pump-9"));
    REQUIRE(desk.book->drop_account("pump-9"));
    CHECK(desk.book->accounts()->empty());
    CHECK_FALSE((**desk.book->device("pump-9")).revoked);
}

TEST_CASE("certificates of a device come newest first", "[device_book]") {
    Desk desk;
    REQUIRE(desk.book->record(pump(), certificate(1)));
    REQUIRE(desk.book->record(pump(), certificate(2)));
    const auto all = desk.book->certificates_of("pump-7");
    REQUIRE(all->size() == 2);
    CHECK(all->front().fingerprint == digest(2));
    CHECK((**desk.book->certificate_for(digest(101))).fingerprint == digest(1));
    CHECK_FALSE(desk.book->certificate_for(digest(1))->has_value());
    CHECK_FALSE(desk.book->record(pump(), certificate(2)));  // the same twice
}

TEST_CASE("a token is used up with the certificate or not at all", "[device_book]") {
    Desk desk;
    REQUIRE(desk.book->add_token(digest(50), {0, {"", "pump"}, start + 1h, {}}));
    auto token = desk.book->token(digest(50));
    REQUIRE(token->has_value());
    CHECK((**token).entry.kind == "pump");
    CHECK((**token).expires == start + 1h);
    CHECK_FALSE((**token).used);
    const std::int64_t number = (**token).number;
    REQUIRE(desk.book->record(pump(), certificate(1), {number, {}}));
    CHECK((**desk.book->token(digest(50))).used == digest(101));
    const auto twice = desk.book->record(pump("pump-8"), certificate(2, "pump-8"), {number, {}});
    REQUIRE_FALSE(twice);
    CHECK(twice.error().kind == ErrorKind::denied);
    CHECK_FALSE(desk.book->device("pump-8")->has_value());
    CHECK_FALSE(desk.book->certificate(digest(2))->has_value());
}

TEST_CASE("a request waits until somebody decides", "[device_book]") {
    Desk desk;
    EnrolmentRequest request;
    request.entry.id = "pump-7";
    request.key = digest(101);
    request.origin = "approval";
    request.first = start;
    const auto number = desk.book->wait(request);
    REQUIRE(number);
    REQUIRE(desk.book->touch(*number, start + 1h));
    const auto found = desk.book->request_of(digest(101));
    REQUIRE(found->has_value());
    CHECK((**found).last == start + 1h);
    CHECK((**found).first == start);
    CHECK((**found).state == RequestState::waiting);
    CHECK_FALSE(desk.book->record(pump(), certificate(1), {{}, *number}));  // nobody has approved it
    REQUIRE(desk.book->decide(*number, RequestState::approved, pump().entry));
    CHECK_FALSE(desk.book->decide(*number, RequestState::rejected, pump().entry));
    CHECK((**desk.book->request(*number)).entry.location.ward == "ICU");
    REQUIRE(desk.book->record(pump(), certificate(1), {{}, *number}));
    CHECK(desk.book->requests()->empty());
}

TEST_CASE("what is old is forgotten", "[device_book]") {
    Desk desk;
    EnrolmentRequest request;
    request.key = digest(1);
    request.first = start;
    REQUIRE(desk.book->wait(request));
    REQUIRE(desk.book->add_token(digest(2), {0, {"", "pump"}, start, {}}));
    CHECK(*desk.book->forget_before(start, start) == 0);
    CHECK(desk.book->token(digest(2))->has_value());
    CHECK(*desk.book->forget_before(start + 1ms, start + 1ms) == 1);
    CHECK_FALSE(desk.book->token(digest(2))->has_value());
}

TEST_CASE("revoking undoes what was granted and not fetched", "[device_book]") {
    Desk desk;
    EnrolmentRequest request;
    request.entry.id = "pump-7";
    request.key = digest(101);
    request.first = start;
    const auto number = desk.book->wait(request);
    REQUIRE(desk.book->decide(*number, RequestState::approved, pump().entry));
    REQUIRE(desk.book->add_token(digest(2), {0, {"pump-7", "pump"}, start + 1h, {}}));
    REQUIRE(desk.book->revoke("pump-7", start));
    CHECK(desk.book->requests()->empty());
    CHECK_FALSE(desk.book->token(digest(2))->has_value());
}

TEST_CASE("of several devices with the same token at once one gets a certificate", "[device_book]") {
    Desk desk;
    REQUIRE(desk.book->add_token(digest(50), {0, {"", "pump"}, start + 1h, {}}));
    const std::int64_t token = (**desk.book->token(digest(50))).number;
    const auto recorded = support::at_once(4, [&](unsigned number) {
        const std::string id = "pump-" + std::to_string(number);
        const auto issued = certificate(static_cast<std::uint8_t>(number + 1), id);
        const bool done = desk.book->record(pump(id), issued, {token, {}}).has_value();
        return desk.book->certificate(issued.fingerprint)->has_value() == done ? int{done} : -1;
    });
    CHECK(std::count(recorded.begin(), recorded.end(), 1) == 1);
    CHECK(std::count(recorded.begin(), recorded.end(), 0) == 3);
    CHECK(desk.book->devices()->size() == 1);
}

}  // namespace edgeward::enrolment
