#include <catch2/catch_test_macros.hpp>

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
