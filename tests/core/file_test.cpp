#include <edgeward/core/file.hpp>

#include <fstream>

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward {
namespace {

using support::ScratchFolder;

unsigned mode_of(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

std::size_t entries(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder))
        ++count;
    return count;
}

TEST_CASE("what is written durably is read back with its mode", "[file]") {
    const ScratchFolder folder;
    const std::string content("a\0b\nc", 5);
    REQUIRE(write_file_durably(folder / "key", bytes_of(content), 0600));
    CHECK(read_file(folder / "key") == content);
    CHECK(mode_of(folder / "key") == 0600);
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("writing again replaces the content and the mode", "[file]") {
    const ScratchFolder folder;
    REQUIRE(write_file_durably(folder / "key", bytes_of("a much longer content"), 0644));
    REQUIRE(write_file_durably(folder / "key", bytes_of("new"), 0400));
    CHECK(read_file(folder / "key") == "new");
    CHECK(mode_of(folder / "key") == 0400);
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a failed write leaves the old content and no litter", "[file]") {
    const ScratchFolder folder;
    std::filesystem::create_directory(folder / "taken");
    std::ofstream(folder / "taken/inside") << "x";
    const auto result =
        write_file_durably(folder / "taken", bytes_of("new"), 0600);  // a folder cannot be replaced
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::unavailable);
    CHECK(std::filesystem::exists(folder / "taken/inside"));
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a write into a missing folder is unavailable", "[file]") {
    const ScratchFolder folder;
    const auto result = write_file_durably(folder / "missing/key", bytes_of("x"), 0600);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::unavailable);
}

TEST_CASE("a file at the limit is read and one octet more is invalid", "[file]") {
    const ScratchFolder folder;
    const std::string content(10000, 'x');
    REQUIRE(write_file_durably(folder / "big", bytes_of(content), 0600));
    CHECK(read_file(folder / "big", 10000) == content);
    const auto longer = read_file(folder / "big", 9999);
    REQUIRE_FALSE(longer);
    CHECK(longer.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("an empty file reads as nothing", "[file]") {
    const ScratchFolder folder;
    REQUIRE(write_file_durably(folder / "empty", {}, 0600));
    CHECK(read_file(folder / "empty", 0) == "");
}

TEST_CASE("a missing file and a folder are unavailable", "[file]") {
    const ScratchFolder folder;
    for (const auto& path : {folder / "missing", folder.path()}) {
        const auto result = read_file(path);
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::unavailable);
        CHECK(result.error().message.find(path.string()) != std::string::npos);
    }
}

TEST_CASE("a file without a size of its own is read to its end", "[file]") {
    const auto status = read_file("/proc/self/status");
    REQUIRE(status);
    CHECK(status->find("Threads:") != std::string::npos);
    CHECK_FALSE(read_file("/dev/zero", 1000));
}

TEST_CASE("a long file appears whole when it is published", "[file]") {
    const ScratchFolder folder;
    const auto path = folder / "long";
    {
        auto file = NewFile::begin(path, 0600);
        REQUIRE(file);
        for (int i = 0; i < 100; ++i) {
            REQUIRE(file->add(bytes_of(std::string(1000, static_cast<char>('a' + i % 26)))));
            file->start_writing();
        }
        REQUIRE(file->sync());
        CHECK_FALSE(std::filesystem::exists(path));
        REQUIRE(file->publish());
    }
    CHECK(mode_of(path) == 0600);
    CHECK(std::filesystem::file_size(path) == 100'000);
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a file that is not published leaves nothing and touches nothing", "[file]") {
    const ScratchFolder folder;
    REQUIRE(write_file_durably(folder / "kept", bytes_of("before"), 0600));
    {
        auto file = NewFile::begin(folder / "kept", 0600);
        REQUIRE(file);
        REQUIRE(file->add(bytes_of("after")));
        const NewFile moved = *std::move(file);
    }
    CHECK(entries(folder.path()) == 1);
    CHECK(read_file(folder / "kept").value() == "before");
}

}  // namespace
}  // namespace edgeward
