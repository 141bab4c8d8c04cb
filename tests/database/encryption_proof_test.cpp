#include "encryption_proof.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <string>

#include <edgeward/database/database.hpp>

#include "database/scratch.hpp"

namespace edgeward::database {
namespace {

// The answer of the probe program, run with `environment` in front.
std::string probe(const std::string& environment, const std::filesystem::path& folder) {
    const std::string command =
        "env " + environment + " " EDGEWARD_ENCRYPTION_PROBE " '" + folder.string() + "' 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string output;
    char part[256];
    while (fgets(part, sizeof part, pipe) != nullptr)
        output += part;
    pclose(pipe);
    return output;
}

TEST_CASE("the linked library proves that it encrypts and leaves nothing behind", "[encryption_proof]") {
    const ScratchFolder folder;
    CHECK(require_encrypting_library());
    REQUIRE(prove_encryption(folder.path()));
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a folder that cannot be written is misconfigured", "[encryption_proof]") {
    const ScratchFolder folder;
    const auto proof = prove_encryption(folder / "absent");
    REQUIRE_FALSE(proof);
    CHECK(proof.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("a process of its own proves encryption too", "[encryption_proof]") {
    const ScratchFolder folder;
    CHECK(probe("", folder.path()) == "encrypts\n");
}

// Debian's libsqlite3-0; tests/setup installs it. The silent loss of encryption this guards against was seen
// with it.
TEST_CASE("preloaded plain SQLite is found before a file is written", "[encryption_proof]") {
    const ScratchFolder folder;
    // The address sanitizer otherwise wants to be the first library itself.
    const std::string output =
        probe("ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=libsqlite3.so.0", folder.path());
    CAPTURE(output);
    REQUIRE(output.find("cannot be preloaded") == std::string::npos);  // the loader did not find it
    CHECK(output.starts_with("misconfigured: "));
    CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace edgeward::database
