#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/recovery_key.hpp>
#include <edgeward/crypto/recovery_share.hpp>

#include "installation.hpp"
#include "keys.hpp"

namespace edgeward::app {

TEST_CASE("a generated key is fresh and usable", "[command_key]") {
    const auto first = run_edgeward({"key", "generate"});
    CHECK(first.code == exit_success);
    Bytes octets;
    CHECK(from_hex(first.out.substr(0, first.out.size() - 1), octets));
    CHECK(octets.size() == 32);
    CHECK(run_edgeward({"key", "generate"}).out != first.out);
}

TEST_CASE("a recovery key is divided among custodians and never written whole", "[command_key]") {
    const support::ScratchFolder folder;
    const auto secret = (folder / "custody").string();
    const auto open = (folder / "recovery.pem").string();
    const auto made =
        run_edgeward({"key", "recovery", "generate", secret, open, "--custodians", "3", "--needed", "2"});
    REQUIRE(made.code == exit_success);
    CHECK_FALSE(std::filesystem::exists(secret));
    std::vector<Secret> shares;
    for (const char* number : {".1", ".3"}) {
        const auto text = support::text_of_file(secret + number);
        CHECK(std::filesystem::status(secret + number).permissions() == std::filesystem::perms(0600));
        CHECK_FALSE(contains(text, "PRIVATE"));
        CHECK_FALSE(contains(made.out, text.substr(text.find("secret "), 20)));
        shares.emplace_back(bytes_of(text));
    }
    const auto joined = crypto::join_recovery_shares(shares).value();
    CHECK(crypto::recovery_fingerprint(joined).value() ==
          crypto::recovery_fingerprint(support::text_of_file(open)).value());
    CHECK(contains(made.out, "2 of them open every backup"));
    CHECK(run_edgeward(
              {"key", "recovery", "generate", secret, (folder / "o.pem").string(), "--custodians", "3"})
              .code == exit_misconfigured);
    CHECK(run_edgeward({"key", "recovery", "generate", (folder / "n").string(), (folder / "o.pem").string(),
                        "--custodians", "2", "--needed", "3"})
              .code == exit_failure);
}

TEST_CASE("a recovery key is made for custody and never shown", "[command_key]") {
    const support::ScratchFolder folder;
    const auto secret = (folder / "recovery.key").string();
    const auto open = (folder / "recovery.pem").string();
    const auto made = run_edgeward({"key", "recovery", "generate", secret, open});
    CHECK(made.code == exit_success);
    CHECK_FALSE(contains(made.out, "PRIVATE"));
    CHECK(std::filesystem::status(secret).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    const auto fingerprint = crypto::recovery_fingerprint(support::text_of_file(open));
    REQUIRE(fingerprint);
    CHECK(contains(made.out, to_hex(*fingerprint)));
    const auto before = support::text_of_file(secret);
    CHECK(run_edgeward({"key", "recovery", "generate", secret, open}).code == exit_misconfigured);
    CHECK(support::text_of_file(secret) == before);
}

TEST_CASE("the ring is wrapped under another credential", "[command_key]") {
    const Installation here;
    const auto next = here.folder() / "credentials" / "kek2";
    CHECK(here.run({"key", "rewrap", "kek2"}).code == exit_misconfigured);
    write_text(next, run_edgeward({"key", "generate"}).out);
    std::filesystem::permissions(next, std::filesystem::perms::owner_read);
    const auto ran = here.run({"key", "rewrap", "kek2"});
    CHECK(ran.code == exit_success);
    CHECK(contains(ran.out, "gateway.key_encryption_key"));
    const config::Credentials credentials(here.folder() / "credentials");
    const auto with = [&](const char* name) {
        return load_key_ring(here.folder() / "data", *read_key_encryption_key(credentials, name)).has_value();
    };
    CHECK(with("kek2"));
    CHECK_FALSE(with("kek"));
    CHECK(here.run({"key", "rewrap", "kek2"}).code == exit_corrupt);  // the configuration still says kek
    here.set("gateway", "key_encryption_key", "\"kek2\"");
    CHECK(here.run({"key", "rewrap", "kek"}).code == exit_success);
}

}  // namespace edgeward::app
