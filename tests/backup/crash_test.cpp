#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/examination.hpp>
#include <edgeward/vault/examination.hpp>
#include <random>
#include <thread>

#include "backup_name.hpp"
#include "installation_files.hpp"
#include "restore_journal.hpp"
#include "yard.hpp"

extern char** environ;

namespace edgeward::backup {
namespace {

pid_t start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), EDGEWARD_BACKUP_CRASH_PROGRAM);
    std::vector<char*> pointers;
    for (auto& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1, 0);
    pid_t child = 0;
    REQUIRE(posix_spawn(&child, pointers[0], &actions, nullptr, pointers.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

int code_of(pid_t child) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Killed after a random time: at a random step.
void kill_at_random(const std::string& what, const std::filesystem::path& folder, std::mt19937& chance) {
    const pid_t child = start({what, folder.string()});
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(20, 250)(chance)));
    ::kill(child, SIGKILL);
    CHECK(code_of(child) == 128 + SIGKILL);
}

constexpr std::size_t persons = 30;
constexpr std::size_t object_octets = 3'000'000;

// A closed installation with some persons; each object is one's of them.
void furnish(Yard& yard, std::uint8_t objects = 0) {
    for (std::size_t i = objects; i < persons; ++i)
        yard.take_in(std::to_string(i));
    for (std::uint8_t number = 0; number < objects; ++number)
        yard.take_in(std::to_string(number), yard.seal_object(number, object_octets));
    yard.close();
}

TEST_CASE("a backup killed at any step is whole or not there", "[crash]") {
    Yard yard;
    furnish(yard, 3);
    std::mt19937 chance(std::random_device{}());
    for (int round = 0; round < 25; ++round) {
        kill_at_random("create", yard.top(), chance);
        const auto files = must(list_backups(yard.backups()));
        std::size_t containers = 0;
        for (const auto& entry : std::filesystem::directory_iterator(yard.backups()))
            containers += kind_of_file(entry.path()) ? 1 : 0;
        CHECK(files.size() == containers);  // nothing half-written has a container's name
        std::size_t data = 0;
        for (const auto& file : files)
            data += file.persons ? 0 : 1;
        for (const auto& file : files) {
            if (file.persons) continue;
            const auto verified =
                verify_backup(must(find_pair(files, file.name)), Yard::by_kek(), {yard.backups()});
            if (!verified) FAIL_CHECK(verified.error().message);
            if (verified) CHECK(verified->objects == 3);
        }
        CHECK(files.size() - 2 * data <= 1);  // at most one persons' part alone
        for (const auto& file : files)
            std::filesystem::remove(file.file);
    }
}

TEST_CASE("a backup for which there is no room leaves nothing", "[crash]") {
    Yard yard;
    furnish(yard);
    const pid_t measured = start({"create-within", yard.top().string(), "100000000"});
    REQUIRE(code_of(measured) == 0);
    const auto files = must(list_backups(yard.backups()));
    std::uint64_t largest = 0;
    for (const auto& file : files) {
        largest = std::max(largest, file.size);
        std::filesystem::remove(file.file);
    }
    for (std::uint64_t limit = 200; limit < largest; limit += largest / 23) {
        CAPTURE(limit);
        CHECK(code_of(start({"create-within", yard.top().string(), std::to_string(limit)})) == 3);
        CHECK(entries_in(yard.backups()) == 0);
    }
}

TEST_CASE("a restore killed at any step ends as the old installation or the new one", "[crash]") {
    Yard yard;
    furnish(yard, 2);
    const FileInstallation here(yard.top());
    {
        RunningInstallation running(here);
        REQUIRE(running.create());
    }
    const auto folder = yard.top() / "new";
    std::mt19937 chance(std::random_device{}());
    bool there = false;
    for (int round = 0; round < 25; ++round) {
        kill_at_random("restore", yard.top(), chance);
        const bool ended = finish_restore(folder).value();
        const bool installed = std::filesystem::exists(folder / "keyring");
        CHECK(installed == (there || ended || installed));
        CHECK_FALSE((there && !installed));  // what was there stays until the new one is
        there = installed;
        if (!installed) {
            CHECK_FALSE(has_installation(folder));
            continue;
        }
        const auto keys = crypto::KeyRing::unwrap(text_of_path(folder / "keyring"), kek_of(2));
        REQUIRE(keys);
        const auto store = store::examine(folder, *keys, {});
        if (!store) FAIL_CHECK(store.error().message);
        const auto vault = vault::examine(folder, *keys);
        if (!vault) FAIL_CHECK(vault.error().message);
        if (vault) CHECK(vault->subjects.size() == persons);
        for (std::uint8_t number = 0; number < 2; ++number) {
            const auto object = store::objects_folder(folder) / to_hex(Bytes(16, number));
            CHECK(crypto::SealedFileReader::open(object, Secret(Bytes(32, number)))->size() == object_octets);
        }
    }
    CHECK(here.restore());
}

}  // namespace
}  // namespace edgeward::backup
