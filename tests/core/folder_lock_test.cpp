#include <edgeward/core/folder_lock.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include <catch2/catch_test_macros.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward {
namespace {

using support::ScratchFolder;

TEST_CASE("a folder is locked once until the lock ends", "[folder_lock]") {
    const ScratchFolder folder;
    std::optional<FolderLock> first;
    {
        auto taken = FolderLock::take(folder.path());
        REQUIRE(taken);
        first.emplace(std::move(*taken));
    }
    const auto second = FolderLock::take(folder.path());
    REQUIRE_FALSE(second);
    CHECK(second.error().kind == ErrorKind::unavailable);
    first.reset();
    CHECK(FolderLock::take(folder.path()));
}

TEST_CASE("a process that is killed leaves no lock", "[folder_lock]") {
    const ScratchFolder folder;
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto lock = FolderLock::take(folder.path());
        const char answer = lock ? 'y' : 'n';
        if (::write(ready[1], &answer, 1) == 1) ::pause();
        ::_exit(1);
    }
    char answer = 0;
    REQUIRE(::read(ready[0], &answer, 1) == 1);
    CHECK(answer == 'y');
    CHECK_FALSE(FolderLock::take(folder.path()));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK(FolderLock::take(folder.path()));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_CASE("a missing folder cannot be locked", "[folder_lock]") {
    const ScratchFolder folder;
    const auto lock = FolderLock::take(folder / "missing");
    REQUIRE_FALSE(lock);
    CHECK(lock.error().kind == ErrorKind::unavailable);
}

}  // namespace
}  // namespace edgeward
