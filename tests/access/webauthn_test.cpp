#include <edgeward/access/webauthn.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "webauthn_vectors.hpp"

namespace edgeward::access {
namespace {

Bytes octets(std::string_view hex) {
    Bytes made;
    REQUIRE(from_hex(hex, made));
    return made;
}

// What somebody else has made, as it comes from a browser.
struct Given {
    explicit Given(const WebauthnVector& vector)
        : party{std::string(vector.party), {"https://other.example", std::string(vector.origin)}},
          challenge(octets(vector.challenge)),
          registration{octets(vector.client_data), octets(vector.attestation)},
          second_challenge(octets(vector.second_challenge)),
          assertion{octets(vector.second_client_data), octets(vector.authenticator_data),
                    octets(vector.signature)} {}

    [[nodiscard]] Result<NewSecurityKey> registered() const {
        return check_registration(party, challenge, registration);
    }
    [[nodiscard]] Result<std::uint32_t> shown(const PublicKey& key) const {
        return check_assertion(party, second_challenge, assertion, key);
    }

    RelyingParty party;
    Bytes challenge;
    Registration registration;
    Bytes second_challenge;
    Assertion assertion;
};

void replace(Bytes& in, std::string_view old, std::string_view with) {
    std::string text(text_of(in));
    const auto place = text.find(old);
    REQUIRE(place != std::string::npos);
    text.replace(place, old.size(), with);
    in.assign(text.begin(), text.end());
}

// Where a part of the attestation object is.
std::uint8_t& at(Bytes& in, const Bytes& part, std::size_t offset) {
    const auto place = std::search(in.begin(), in.end(), part.begin(), part.end());
    REQUIRE(place != in.end());
    return *(place + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

TEST_CASE("keys that others have made are registered and sign", "[webauthn]") {
    const auto& vector = webauthn_vectors.at(GENERATE(range(std::size_t{0}, webauthn_vectors.size())));
    INFO(vector.source);
    const Given given(vector);
    const auto key = given.registered();
    REQUIRE(key);
    CHECK(name_of(key->key.algorithm) == vector.algorithm);
    CHECK(to_hex(key->id) == vector.id);
    CHECK(key->counter == vector.counter);
    CHECK(given.shown(key->key) == vector.second_counter);
}

TEST_CASE("another key's signature is refused", "[webauthn]") {
    const Given given(webauthn_vectors[0]);
    const auto other = Given(webauthn_vectors[1]).registered().value().key;
    const auto refused = given.shown(other);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid_input);
    const auto rsa = Given(webauthn_vectors[4]).registered().value().key;
    CHECK_FALSE(given.shown(rsa));
    CHECK_FALSE(given.shown({KeyAlgorithm::eddsa, Bytes(32, 1)}));
    CHECK_FALSE(given.shown({KeyAlgorithm::es256, {}}));
}

TEST_CASE("every octet that is signed counts", "[webauthn]") {
    const std::size_t which = GENERATE(0U, 3U, 4U);
    const Given given(webauthn_vectors.at(which));
    const auto key = given.registered().value().key;
    for (std::size_t i = 0; i < given.assertion.authenticator_data.size(); ++i) {
        auto changed = given;
        changed.assertion.authenticator_data[i] ^= 0x04U;
        CHECK_FALSE(changed.shown(key));
    }
    for (std::size_t i = 0; i < given.assertion.signature.size(); i += 7) {
        auto changed = given;
        changed.assertion.signature[i] ^= 0x01U;
        CHECK_FALSE(changed.shown(key));
    }
    auto spaced = given;  // the same in JSON, other octets
    replace(spaced.assertion.client_data, ",\"origin\"", ", \"origin\"");
    CHECK_FALSE(spaced.shown(key));
}

TEST_CASE("another challenge, party, origin or ceremony is refused", "[webauthn]") {
    const Given given(webauthn_vectors[2]);
    const auto key = given.registered().value().key;
    auto changed = given;
    changed.challenge.back() ^= 1U;
    changed.second_challenge.back() ^= 1U;
    CHECK_FALSE(changed.registered());
    CHECK_FALSE(changed.shown(key));
    changed = given;
    changed.party.id = "example.org";
    CHECK_FALSE(changed.registered());
    CHECK_FALSE(changed.shown(key));
    changed = given;
    changed.party.origins.pop_back();
    CHECK_FALSE(changed.registered());
    CHECK_FALSE(changed.shown(key));
    changed = given;
    std::swap(changed.registration.client_data, changed.assertion.client_data);
    CHECK_FALSE(changed.registered());
    CHECK_FALSE(changed.shown(key));
}

TEST_CASE("nobody present is refused", "[webauthn]") {
    auto given = Given(webauthn_vectors[0]);
    const Bytes party_hash(given.assertion.authenticator_data.begin(),
                           given.assertion.authenticator_data.begin() + 32);
    at(given.registration.attestation, party_hash, 32) &= 0xFEU;
    CHECK(given.registered().error().message == "authenticator data: nobody was present");
    given.assertion.authenticator_data[32] &= 0xFEU;
    const auto key = Given(webauthn_vectors[0]).registered().value().key;
    CHECK(given.shown(key).error().message == "authenticator data: nobody was present");
}

TEST_CASE("a statement of attestation is none or the key's own", "[webauthn]") {
    const RelyingParty party{"example.org", {"https://example.org"}};
    const auto maker = check_registration(party, octets(maker_challenge),
                                          {octets(maker_client_data), octets(maker_attestation)});
    REQUIRE_FALSE(maker);
    CHECK(maker.error().message == "attestation: not signed by the new key itself");
    auto forged = Given(webauthn_vectors[1]);
    at(forged.registration.attestation, octets("63736967584630440220"), 12) ^= 1U;
    CHECK(forged.registered().error().message == "attestation: not signed by the new key itself");
    auto renamed = Given(webauthn_vectors[1]);
    replace(renamed.registration.attestation, "packed", "androi");
    CHECK(renamed.registered().error().message == "attestation: expected none, as was asked for");
}

TEST_CASE("a key of no algorithm that is offered is refused", "[webauthn]") {
    // -7 becomes -9, the x coordinate another one.
    auto given = Given(webauthn_vectors[0]);
    at(given.registration.attestation, octets("a501020326"), 4) = 0x28;
    CHECK(given.registered().error().message == "authenticator data: no key of ES256, EdDSA or RS256");
    given = Given(webauthn_vectors[0]);
    at(given.registration.attestation, octets("a501020326200121"), 12) ^= 1U;
    CHECK_FALSE(given.registered());
}

TEST_CASE("what is too long or cut off is refused", "[webauthn]") {
    const Given given(webauthn_vectors[0]);
    for (std::size_t length = 0; length < given.registration.attestation.size(); ++length) {
        auto cut = given;
        cut.registration.attestation.resize(length);
        CHECK_FALSE(cut.registered());
    }
    auto longer = given;
    longer.registration.attestation.push_back(0);
    CHECK_FALSE(longer.registered());
    longer.registration.attestation.resize(longest_attestation + 1);
    CHECK(longer.registered().error().message == "attestation object: too long");
    const auto key = given.registered().value().key;
    for (std::size_t length = 0; length < given.assertion.authenticator_data.size(); ++length) {
        auto cut = given;
        cut.assertion.authenticator_data.resize(length);
        CHECK_FALSE(cut.shown(key));
    }
    auto unsigned_one = given;
    unsigned_one.assertion.signature.clear();
    CHECK_FALSE(unsigned_one.shown(key));
    unsigned_one.assertion.signature.resize(longest_signature + 1);
    CHECK_FALSE(unsigned_one.shown(key));
}

}  // namespace edgeward::access
