#include <edgeward/audit/record.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

#include <catch2/catch_test_macros.hpp>

#include <set>

namespace edgeward::audit {
namespace {

// The worked example of docs/audit-format.md.
Event example() {
    Event event;
    event.actor = "destination:kis";
    event.action = Action::delivered;
    event.subject = pseudonym::recall(Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}).value();
    event.object = "reports 41-44";
    event.details = crypto::sha256(bytes_of("abc"));
    event.count = 4;
    return event;
}
const Instant example_time{std::chrono::milliseconds(1795459726123)};  // 2026-11-23T18:48:46.123Z

// Put together with printf and xxd from the grammar; SHA-256("abc") is the vector of FIPS 180-4.
constexpr std::string_view example_octets =
    "01"                                                                 // version
    "000001a209bd3b2b"                                                   // time
    "0700"                                                               // delivered, success
    "0000000000000004"                                                   // count
    "0f64657374696e6174696f6e3a6b6973"                                   // "destination:kis"
    "10000102030405060708090a0b0c0d0e0f"                                 // subject
    "0d7265706f7274732034312d3434"                                       // "reports 41-44"
    "00"                                                                 // no rule
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // details

}  // namespace

TEST_CASE("the canonical octets are those of the documented grammar", "[record]") {
    CHECK(to_hex(canonical(example_time, example()).value()) == example_octets);
}

TEST_CASE("canonical octets are read back into the same record", "[record]") {
    Bytes octets;
    REQUIRE(from_hex(example_octets, octets));
    const auto read = parse_canonical(octets);
    REQUIRE(read);
    CHECK(read->first == example_time);
    CHECK(read->second.actor == "destination:kis");
    CHECK(read->second.subject == example().subject);
    CHECK(canonical(read->first, read->second).value() == octets);
}

TEST_CASE("the link is the SHA-256 over previous digest and sequence and octets", "[record]") {
    Bytes octets;
    REQUIRE(from_hex(example_octets, octets));
    // (head -c 32 /dev/zero; printf '0000000000000001%s' $octets | xxd -r -p) | sha256sum
    CHECK(to_hex(link_digest({}, 1, octets)) ==
          "565620bcce17cc956f8b5cd64fda5b0c4123d57b3cdec5979f199150d3446195");
}

TEST_CASE("octets of any other length or version are refused", "[record]") {
    Bytes octets;
    REQUIRE(from_hex(example_octets, octets));
    for (std::size_t size = 0; size < octets.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(parse_canonical(ByteView(octets).first(size)));
    }
    Bytes longer = octets;
    longer.push_back(0);
    CHECK_FALSE(parse_canonical(longer));
    octets[0] = 2;
    CHECK_FALSE(parse_canonical(octets));
}

TEST_CASE("whatever octets are accepted are the canonical ones", "[record]") {
    Bytes octets;
    REQUIRE(from_hex(example_octets, octets));
    for (std::size_t i = 0; i < octets.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes flipped = octets;
            flipped[i] = static_cast<std::uint8_t>(flipped[i] ^ (1U << bit));
            const auto read = parse_canonical(flipped);
            CAPTURE(i, bit);
            if (read) CHECK(canonical(read->first, read->second).value() == flipped);
        }
    }
}

TEST_CASE("texts that are long or not printable or missing where needed are refused", "[record]") {
    Event event = example();
    event.object = std::string(255, 'x');
    CHECK(canonical(example_time, event));
    event.object = std::string(256, 'x');
    CHECK_FALSE(canonical(example_time, event));
    event.object = "tab\there";
    CHECK_FALSE(canonical(example_time, event));
    event.object = "M\xC3\xBCller";
    CHECK_FALSE(canonical(example_time, event));
    event.object.clear();
    event.actor.clear();
    CHECK_FALSE(canonical(example_time, event));
}

TEST_CASE("every action has a name of its own", "[record]") {
    std::set<std::string_view> names;
    for (int action = 1; action <= static_cast<int>(Action::erasure_read); ++action) {
        const std::string_view name = name_of(static_cast<Action>(action));
        if (action > static_cast<int>(Action::reassigned) &&
            action < static_cast<int>(Action::erasure_requested)) {
            CHECK(name.empty());  // no action has these numbers
            continue;
        }
        CHECK_FALSE(name.empty());
        CHECK(names.insert(name).second);
    }
    CHECK(name_of(Action::batch_stored) == "batch_stored");
    CHECK(name_of(Action::quarantine_expired) == "quarantine_expired");
    CHECK(name_of(Action::key_used) == "key_used");
    CHECK(name_of(Action::erasure_requested) == "erasure_requested");
    CHECK(name_of(Action::erasure_read) == "erasure_read");
    CHECK(name_of(static_cast<Action>(83)).empty());
    // Numbers are for ever: docs/audit-format.md.
    CHECK(static_cast<int>(Action::pseudonym_resolved) == 85);
    CHECK(name_of(Action::pseudonym_resolved) == "pseudonym_resolved");
    CHECK(names.insert(name_of(Action::pseudonym_resolved)).second);
    CHECK(static_cast<int>(Action::alarm_raised) == 90);
    CHECK(static_cast<int>(Action::alarm_silenced) == 96);
    CHECK(static_cast<int>(Action::device_requested) == 105);
    CHECK(static_cast<int>(Action::device_token_made) == 111);
    CHECK(static_cast<int>(Action::capabilities_changed) == 113);
    CHECK(static_cast<int>(Action::records_queried) == 114);
    CHECK(static_cast<int>(Action::query_refused) == 115);
    CHECK(static_cast<int>(Action::device_password_made) == 116);
    CHECK(static_cast<int>(Action::device_password_ended) == 117);
    CHECK(static_cast<int>(Action::commitment_requested) == 118);
    CHECK(static_cast<int>(Action::commitment_unreported) == 120);
    CHECK(static_cast<int>(Action::security_key_registered) == 122);
    CHECK(static_cast<int>(Action::security_key_copied) == 124);
    for (int action = 90; action <= 96; ++action)
        CHECK(names.insert(name_of(static_cast<Action>(action))).second);
    for (int action = 105; action <= 111; ++action)
        CHECK(names.insert(name_of(static_cast<Action>(action))).second);
    CHECK(name_of(Action::alarm_told) == "alarm_told");
    CHECK(name_of(static_cast<Action>(127)) == "anchor_lost");
    CHECK(name_of(static_cast<Action>(128)) == "anchor_regained");
    CHECK(name_of(static_cast<Action>(129)) == "log_contradicted");
    CHECK(name_of(static_cast<Action>(0)).empty());
    CHECK(name_of(static_cast<Outcome>(9)).empty());
}

// Numbers as docs/audit-format.md has them.
TEST_CASE("actions about the rights of persons have the numbers from 75 on", "[record]") {
    CHECK(name_of(static_cast<Action>(75)) == "consent_imported");
    CHECK(name_of(static_cast<Action>(76)) == "consent_shown");
    CHECK(name_of(static_cast<Action>(77)) == "recipients_listed");
    CHECK(name_of(static_cast<Action>(78)) == "person_accessed");
    CHECK(name_of(static_cast<Action>(79)) == "person_rectified");
    CHECK(name_of(static_cast<Action>(80)) == "restriction_changed");
    CHECK(name_of(static_cast<Action>(81)) == "restrictions_listed");
    CHECK(name_of(static_cast<Action>(82)) == "glass_broken");
    CHECK(name_of(static_cast<Action>(255)).empty());
    Event event;
    event.actor = "user:1000";
    event.action = Action::recipients_listed;
    const auto octets = canonical(Instant{}, event);
    REQUIRE(octets);
    CHECK(parse_canonical(*octets)->second.action == Action::recipients_listed);
    event.action = static_cast<Action>(250);
    CHECK_FALSE(canonical(Instant{}, event));
}

}  // namespace edgeward::audit
