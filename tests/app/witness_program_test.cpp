#include "witness_program.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/admin/control_client.hpp>

#include "witness_site.hpp"

namespace edgeward::app {

TEST_CASE("a running witness cosigns by HTTPS for who has a certificate", "[witness_program][integration]") {
    const WitnessSite site;
    const auto loaded = load_witness_configuration(site.config());
    REQUIRE(loaded.problems.empty());
    const auto program = WitnessProgram::start(loaded.configuration);
    REQUIRE(program);
    const auto credentials = site.here.folder() / "credentials";
    const auto post = [&](bool certificate) {
        write_text(site.here.folder() / "request", site.request());
        std::vector<std::string> command{
            "curl",
            "-sS",
            "--cacert",
            credentials / "ca",
            "--data-binary",
            "@" + (site.here.folder() / "request").string(),
            "https://localhost:" + std::to_string((*program)->port()) + "/add-checkpoint"};
        if (certificate) {
            for (const auto& word : {std::string("--cert"), (credentials / "gateway-certificate").string(),
                                     std::string("--key"), (credentials / "gateway-key").string()})
                command.push_back(word);
        }
        support::Program curl(command, site.here.folder() / "answer");
        return curl.wait();
    };
    CHECK(post(true) == 0);
    const auto answer = support::text_of_file(site.here.folder() / "answer");
    const auto seed = read_witness_seed(loaded.configuration);
    REQUIRE(seed);
    const auto request = audit::parse_witness_request(support::text_of_file(site.here.folder() / "request"));
    REQUIRE(request);
    CHECK(audit::add_cosignature(request->note, answer, {"witness.example", crypto::public_key_of(*seed)}));
    CHECK(post(false) != 0);
    CHECK_FALSE(WitnessProgram::start(loaded.configuration));  // its folder is taken
}

TEST_CASE("a witness without its keys does not start", "[witness_program]") {
    const WitnessSite site;
    auto configuration = load_witness_configuration(site.config()).configuration;
    configuration.logs[0].key = "missing";
    CHECK(WitnessProgram::start(configuration).error().kind == ErrorKind::misconfigured);
    configuration.signing_key = "missing";
    CHECK(WitnessProgram::start(configuration).error().kind == ErrorKind::misconfigured);
}

}  // namespace edgeward::app
