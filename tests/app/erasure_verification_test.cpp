#include "erasure_verification.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include "erasure_bench.hpp"

namespace edgeward::app {
namespace {

struct Erased {
    Erased() {
        bench.hold(1);
        bench.measure(1);
        REQUIRE(bench.ask_for_it().status == 200);
        REQUIRE(bench.desk.store.writer->move_log());
        for (const char* file : {"vault.db", "store.db"})
            std::filesystem::copy_file(folder() / file, before.path() / file);
        const auto done = bench.approve();
        REQUIRE(done.status == 200);
        text = done.body.at("certificate");
    }
    [[nodiscard]] const std::filesystem::path& folder() const { return bench.desk.folder.path(); }
    [[nodiscard]] Result<ErasureVerdict> verify() const {
        return verify_erasure(text, folder(), bench.desk.keys);
    }

    ErasureBench bench;
    support::ScratchFolder before;  // databases as they were
    std::string text;
};

std::uint64_t found_in(const ErasureVerdict& verdict, const std::string& name) {
    for (const auto& file : verdict.files) {
        if (file.name == name) return file.found;
    }
    FAIL("no such file was searched");
    return 0;
}

}  // namespace

TEST_CASE("what is gone is proven to be gone by a search that can find", "[erasure_verification]") {
    const Erased erased;
    const auto verdict = erased.verify();
    REQUIRE(verdict);
    CHECK(verdict->proven());
    CHECK(verdict->certificate.fingerprints.size() > 20);
    CHECK(found_in(*verdict, "vault.db") == 0);
}

TEST_CASE("a copy from before the erasure is found in any folder below", "[erasure_verification]") {
    const Erased erased;
    const auto aside = erased.folder() / "replaced-by-20261101T020000Z-22334455";
    std::filesystem::create_directory(aside);
    std::filesystem::copy_file(erased.before.path() / "vault.db", aside / "vault.db");
    std::filesystem::copy_file(erased.before.path() / "store.db", aside / "store.db");
    const auto verdict = erased.verify();
    REQUIRE(verdict);
    CHECK_FALSE(verdict->proven());
    CHECK(found_in(*verdict, "replaced-by-20261101T020000Z-22334455/vault.db") > 10);
    CHECK(found_in(*verdict, "replaced-by-20261101T020000Z-22334455/store.db") > 0);  // the held message
    CHECK(found_in(*verdict, "vault.db") == 0);
}

TEST_CASE("octets of a cell in a plain file are found", "[erasure_verification]") {
    const Erased erased;
    // The plain content of the old vault's pages: what a careless dump would leave.
    std::ofstream dump(erased.folder() / "dump", std::ios::binary);
    REQUIRE(database::read_every_page(erased.before.path() / "vault.db",
                                      *erased.bench.desk.keys.key(crypto::key_name::vault),
                                      [&](ByteView page) { dump << text_of(page); }));
    dump.close();
    const auto verdict = erased.verify();
    REQUIRE(verdict);
    CHECK(found_in(*verdict, "dump") > 10);
    CHECK_FALSE(verdict->proven());
}

TEST_CASE("a damaged page and a missing entry are no proof", "[erasure_verification]") {
    const Erased erased;
    const auto ledger = erased.folder() / "erasures";
    std::filesystem::rename(ledger, erased.before.path() / "erasures");
    auto verdict = erased.verify();
    REQUIRE(verdict);
    CHECK_FALSE(verdict->in_ledger);
    CHECK_FALSE(verdict->proven());
    std::filesystem::rename(erased.before.path() / "erasures", ledger);

    std::filesystem::create_directory(erased.folder() / "copy");
    std::filesystem::copy_file(erased.folder() / "vault.db", erased.folder() / "copy/vault.db");
    std::fstream damaged(erased.folder() / "copy/vault.db", std::ios::binary | std::ios::in | std::ios::out);
    damaged.seekp(4096 + 100);
    damaged << "damaged";
    damaged.close();
    verdict = erased.verify();
    REQUIRE(verdict);
    CHECK_FALSE(verdict->proven());
}

TEST_CASE("a certificate of another installation is refused", "[erasure_verification]") {
    const Erased erased;
    const auto other = verify_erasure(erased.text, erased.folder(), crypto::KeyRing::generate());
    REQUIRE_FALSE(other);
    CHECK(other.error().kind == ErrorKind::corrupt);
    // Signed here, but with fingerprints of another key: nothing would be found anywhere.
    auto changed = erased.bench.certificate(erased.text);
    changed.control[0] ^= 1;
    const auto text = vault::sign(changed, *erased.bench.desk.keys.key(crypto::key_name::audit_signing));
    CHECK(verify_erasure(text, erased.folder(), erased.bench.desk.keys).error().message ==
          "the fingerprints of the certificate were made with another key ring");
    CHECK_FALSE(verify_erasure("nothing", erased.folder(), erased.bench.desk.keys));
}

}  // namespace edgeward::app
