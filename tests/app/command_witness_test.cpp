#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/signature.hpp>

#include "witness_program.hpp"
#include "witness_site.hpp"

namespace edgeward::app {

TEST_CASE("a signing key is made once and its public key is told", "[command_witness]") {
    const WitnessSite site;
    const auto file = (site.here.folder() / "credentials" / "witness-signing-key").string();
    CHECK(run_edgeward({"witness", "make-key", file}).code == exit_failure);
    const auto told = site.run({"public-key"});
    CHECK(told.code == exit_success);
    CHECK(crypto::parse_public_key(told.out));
    const auto other = run_edgeward({"witness", "make-key", file + "-2"});
    CHECK(crypto::parse_public_key(other.out));
    CHECK(other.out != told.out);
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms(0077)) ==
          std::filesystem::perms::none);
}

TEST_CASE("the newest checkpoint is shown and a restore accepted", "[command_witness][integration]") {
    const WitnessSite site;
    CHECK(site.run({"checkpoint", witnessed_origin}).code == exit_unavailable);
    const auto program = WitnessProgram::start(load_witness_configuration(site.config()).configuration);
    REQUIRE(program);
    CHECK(site.run({"checkpoint", witnessed_origin}).code == exit_unavailable);  // nothing signed yet
    CHECK(site.run({"checkpoint", "edgeward/unknown"}).code == exit_failure);
    const auto credentials = site.here.folder() / "credentials";
    write_text(site.here.folder() / "request", site.request());
    support::Program curl({"curl", "-sS", "--cacert", credentials / "ca", "--cert",
                           credentials / "gateway-certificate", "--key", credentials / "gateway-key",
                           "--data-binary", "@" + (site.here.folder() / "request").string(),
                           "https://localhost:" + std::to_string((*program)->port()) + "/add-checkpoint"},
                          site.here.folder() / "answer");
    REQUIRE(curl.wait() == 0);
    const auto shown = site.run({"checkpoint", witnessed_origin});
    CHECK(shown.code == exit_success);
    CHECK(shown.out.starts_with(witnessed_origin + "\n1\n"));
    CHECK(contains(shown.out, "witness.example"));
    CHECK(site.run({"accept-restore", witnessed_origin}).code == exit_success);
    CHECK(site.run({"checkpoint", witnessed_origin}).code == exit_unavailable);
}

TEST_CASE("a witness does not run with a file that has mistakes", "[command_witness]") {
    const WitnessSite site;
    write_text(site.config(), "[witness]\n");
    const auto ran = site.run({"run"});
    CHECK(ran.code == exit_misconfigured);
    CHECK(contains(ran.err, "witness.name"));
}

}  // namespace edgeward::app
