#include "manifest.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::backup {
namespace {

Manifest manifest_of() {
    Manifest manifest;
    manifest.id = "0011aabbccddeeff0011aabbccddeeff";
    manifest.installation = "ffeeddccbbaa99887766554433221100";
    manifest.made = Instant(std::chrono::milliseconds(1'795'459'726'123));
    manifest.program = "0.1.0";
    manifest.erasures = 2;
    manifest.parts = {{"store.db", 8192, crypto::sha256(bytes_of("a")), false},
                      {"store.db-wal", 4152, crypto::sha256(bytes_of("b")), true}};
    StoreFacts store;
    store.schema = 1;
    store.records = 42;
    store.head = crypto::sha256(bytes_of("head"));
    store.checkpoint = "edgeward/ff\n42\n";
    store.inbound = {{"received", 5}, {"stored", 3}};
    store.destinations = {{"kis", {{"offered", 3}, {"delivered", 1}}}};
    manifest.store = store;
    manifest.objects = ObjectFacts{7, 700, 2, 1};
    manifest.databases = {{"accounts.db", 1}};
    return manifest;
}

ContainerHeader header_for(const Manifest& manifest) {
    ContainerHeader header;
    header.kind = manifest.kind;
    header.id = manifest.id;
    header.installation = manifest.installation;
    header.made = manifest.made;
    header.erasures = manifest.erasures;
    return header;
}

TEST_CASE("a manifest is read as it was written", "[manifest]") {
    const auto manifest = manifest_of();
    const auto text = write_manifest(manifest);
    CHECK(text.find('\n') == std::string::npos);
    const auto parsed = parse_manifest(text);
    REQUIRE(parsed);
    CHECK(write_manifest(*parsed) == text);
    CHECK(parsed->parts[1].left_out);
    CHECK(parsed->store->destinations.at("kis").at("delivered") == 1);
    CHECK(parsed->objects == ObjectFacts{7, 700, 2, 1});
    CHECK(parsed->databases.at("accounts.db") == 1);
    Manifest persons = manifest;
    persons.kind = Kind::persons;
    persons.store.reset();
    persons.objects.reset();
    persons.vault = VaultFacts{2, 17};
    CHECK(parse_manifest(write_manifest(persons)).value().vault->persons == 17);
}

TEST_CASE("another form or version is refused", "[manifest]") {
    for (const char* text : {"", "{}", "[]", "{\"format\":3}", "{\"format\":\"1\"}", "nonsense"})
        CHECK(parse_manifest(text).error().kind == ErrorKind::invalid_input);
    auto text = write_manifest(manifest_of());
    text.replace(text.find("2026-11-23"), 10, "2026-13-23");
    CHECK_FALSE(parse_manifest(text));
}

TEST_CASE("a signature holds for its header and its manifest only", "[manifest]") {
    const Secret seed(Bytes(32, 5));
    const auto key = crypto::public_key_of(seed);
    const auto signature = sign_manifest("header", "manifest", seed);
    CHECK(is_signed("header", "manifest", signature, key));
    CHECK_FALSE(is_signed("header2", "manifest", signature, key));
    CHECK_FALSE(is_signed("header", "manifest2", signature, key));
    CHECK_FALSE(is_signed("header", "manifest", signature, crypto::public_key_of(Secret(Bytes(32, 6)))));
}

TEST_CASE("a manifest speaks of one header and of exactly its parts", "[manifest]") {
    const auto manifest = manifest_of();
    CHECK(check_manifest(manifest, header_for(manifest), manifest.parts));
    auto header = header_for(manifest);
    header.erasures = 1;
    CHECK(check_manifest(manifest, header, manifest.parts).error().kind == ErrorKind::corrupt);
    auto parts = manifest.parts;
    parts.pop_back();
    CHECK_FALSE(check_manifest(manifest, header_for(manifest), parts));
    parts = manifest.parts;
    parts[0].sha256 = crypto::sha256(bytes_of("other"));
    CHECK_FALSE(check_manifest(manifest, header_for(manifest), parts));
    auto without = manifest;
    without.store.reset();
    CHECK_FALSE(check_manifest(without, header_for(manifest), manifest.parts));
    without = manifest;
    without.objects.reset();
    CHECK_FALSE(check_manifest(without, header_for(manifest), manifest.parts));
    // Version 1 knew of no objects, and one version does not speak for the other.
    header = header_for(manifest);
    header.version = 1;
    CHECK_FALSE(check_manifest(without, header, manifest.parts));
    without.format = 1;
    CHECK(check_manifest(without, header, manifest.parts));
}

}  // namespace
}  // namespace edgeward::backup
