#include <edgeward/config/credentials.hpp>

#include <cstdlib>

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <edgeward/core/file.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward::config {
namespace {

using support::ScratchFolder;

// Sets $CREDENTIALS_DIRECTORY for one test.
class SystemdFolder {
public:
    explicit SystemdFolder(const std::filesystem::path& folder) {
        ::setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1);
    }
    SystemdFolder(const SystemdFolder&) = delete;
    SystemdFolder& operator=(const SystemdFolder&) = delete;
    ~SystemdFolder() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
};

void put(const ScratchFolder& folder, const std::string& name, const std::string& content,
         unsigned mode = 0600) {
    REQUIRE(write_file_durably(folder / name, bytes_of(content), mode));
}

std::string refusal(const Credentials& credentials, std::string_view name) {
    const auto read = credentials.read(name);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::misconfigured);
    CHECK_FALSE(credentials.path(name));
    return read.error().message;
}

TEST_CASE("a credential is read octet by octet", "[credentials]") {
    const ScratchFolder folder;
    const std::string content("k\0y\n", 4);
    put(folder, "broker-key", content);
    const Credentials credentials(folder.path());
    const auto secret = credentials.read("broker-key");
    REQUIRE(secret);
    CHECK(text_of(secret->reveal()) == content);
    CHECK(credentials.path("broker-key") == folder / "broker-key");
}

TEST_CASE("the folder of systemd comes before the configured one", "[credentials]") {
    const ScratchFolder systemd;
    const ScratchFolder evaluation;
    put(systemd, "key", "from systemd", 0440);
    put(evaluation, "key", "for evaluation");
    put(evaluation, "other", "for evaluation");
    const SystemdFolder environment(systemd.path());
    const Credentials credentials(evaluation.path());
    const auto secret = credentials.read("key");
    REQUIRE(secret);
    CHECK(text_of(secret->reveal()) == "from systemd");
    CHECK_FALSE(credentials.read("other"));
}

TEST_CASE("without any folder there are no credentials", "[credentials]") {
    CHECK(refusal(Credentials(), "key").find("neither systemd nor the configuration") != std::string::npos);
    CHECK(refusal(Credentials("/nonexistent/folder"), "key").find("folder does not exist") !=
          std::string::npos);
}

TEST_CASE("names that are not plain never reach the file system", "[credentials]") {
    const ScratchFolder folder;
    std::filesystem::create_directory(folder / "sub");
    put(folder, "sub/key", "x");
    put(folder, ".hidden", "x");
    const Credentials credentials(folder.path());
    for (const std::string_view name :
         {"", ".", "..", ".hidden", "sub/key", "../key", "/etc/passwd", "a b", "a\nb", "ä"}) {
        CHECK(refusal(credentials, name).find("the name of a credential") != std::string::npos);
    }
    CHECK(refusal(credentials, std::string(256, 'a')).find("the name of a credential") != std::string::npos);
}

TEST_CASE("a missing file and a folder are not credentials", "[credentials]") {
    const ScratchFolder folder;
    std::filesystem::create_directory(folder / "sub");
    const Credentials credentials(folder.path());
    CHECK(refusal(credentials, "missing").find("is not there") != std::string::npos);
    CHECK(refusal(credentials, "sub").find("is not there") != std::string::npos);
}

TEST_CASE("a file or folder open to others is refused", "[credentials]") {
    const ScratchFolder folder;
    put(folder, "key", "x", 0644);
    const Credentials credentials(folder.path());
    CHECK(refusal(credentials, "key").find("chmod 600") != std::string::npos);
    ::chmod((folder / "key").c_str(), 0600);
    CHECK(credentials.read("key"));
    ::chmod(folder.path().c_str(), 0755);
    CHECK(refusal(credentials, "key").find("chmod 700") != std::string::npos);
    ::chmod(folder.path().c_str(), 0700);
    CHECK(credentials.read("key"));
}

TEST_CASE("a credential has at most one mebibyte", "[credentials]") {
    const ScratchFolder folder;
    put(folder, "largest", std::string(1048576, 'x'));
    put(folder, "larger", std::string(1048577, 'x'));
    const Credentials credentials(folder.path());
    CHECK(credentials.read("largest"));
    CHECK(refusal(credentials, "larger").find("larger than 1 MiB") != std::string::npos);
}

}  // namespace
}  // namespace edgeward::config
